"""Files that want to hurt: each is refused for its own reason, or comes out as pixels only."""

import io
import zipfile

import pytest

from documents import checking
from documents.errors import FileRefused
from tests.documents import makers
from tests.documents.makers import archive, office, pdf, picture, relation

ACTIVE = b"<html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MZ, ELF = b"MZ\x90\0" + bytes(200), b"\x7fELF\x02\x01\x01" + bytes(200)
LINK = "打开时会自动读取的外部链接"
MACRO, EMBEDDED, SCRIPT = "宏或控件", "内嵌了其他文件", "脚本或自动动作"
PROGRAM, UNKNOWN, MARKUP = "程序或脚本", "不支持", "网页和脚本"

# what: (name, content, a part of the sentence)
REFUSED = {
    # programs and pages under their own names
    "program": ("setup.exe", MZ, UNKNOWN),
    "program of Linux": ("run", ELF, UNKNOWN),
    "batch": ("a.bat", b"@echo off\r\ndel *.*", UNKNOWN),
    "powershell": ("a.ps1", b"Remove-Item *", UNKNOWN),
    "script host": ("a.vbs", b"CreateObject(1)", UNKNOWN),
    "javascript": ("a.js", b"alert(1)", UNKNOWN),
    "shortcut": ("a.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(80), UNKNOWN),
    "page": ("a.html", ACTIVE, UNKNOWN),
    "vector picture": ("a.svg", SVG, UNKNOWN),
    "xml": ("a.xml", b"<?xml version='1.0'?><a/>", UNKNOWN),
    "saved page": ("a.mht", b"MIME-Version: 1.0\n", UNKNOWN),
    "php": ("a.php", b"<?php system($_GET[0]);", UNKNOWN),
    "old word": ("a.doc", makers.OLE, "旧版 Office"),
    "rar": ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(60), UNKNOWN),
    "seven zip": ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(60), UNKNOWN),
    "film": ("a.mp4", b"\0\0\0\x18ftypmp42" + bytes(60), UNKNOWN),
    "nothing": ("a.png", b"", "空的"),
    # a false name
    "program as picture": ("照片.png", MZ, UNKNOWN),
    "page as picture": ("照片.jpg", ACTIVE, UNKNOWN),
    "vector as picture": ("照片.png", SVG, UNKNOWN),
    "old word as new": ("a.docx", makers.OLE, "旧版 Office"),
    "picture as pdf": ("a.pdf", picture(), "与扩展名 .pdf 不符"),
    "pdf as picture": ("a.png", pdf(), "与扩展名 .png 不符"),
    "zip as word": ("a.docx", archive({"a.txt": b"a"}), "与扩展名 .docx 不符"),
    "word as zip": ("a.zip", office(), "与扩展名 .zip 不符"),
    "two endings": ("报告.pdf.exe", pdf(), "与扩展名 .exe 不符"),
    "turned name": ("报告\u202egnp.exe", picture(), "与扩展名 .exe 不符"),
    # texts
    "page as text": ("a.txt", b"  <!DOCTYPE html><script>1</script>", MARKUP),
    "page as log": ("a.log", b"<script>alert(1)</script>", MARKUP),
    "script as text": ("a.txt", b"#!/bin/sh\nrm -rf /", MARKUP),
    "zero bytes": ("a.txt", b"a\0b", UNKNOWN),
    "zero bytes later": ("a.log", b"line\n" * 4000 + b"\0", "不是可读的文本"),
    "calling cell": ("a.csv", "名称,数量\n=cmd|'/C calc'!A0,1".encode(), "调用程序或网址的公式"),
    "fetching cell": ("a.csv", b'a,b\n"=HYPERLINK(""http://x"",""y"")",1', "调用程序或网址的公式"),
    "plus cell": ("a.csv", b"a\n+WEBSERVICE(1)", "调用程序或网址的公式"),
    # archives
    "bomb": ("a.zip", archive({"a.txt": bytes(60 * 1024 * 1024)}), "压缩炸弹"),
    "lying bomb": ("a.zip", makers.lying_size(2 * 1024 * 1024), "已损坏"),
    "large in sum": ("a.zip", archive({f"{n}.txt": makers.loosely_packed(14) for n in range(8)}), "解压后超过"),
    "overlapping": ("a.zip", makers.overlapping(), "结构异常"),
    "many entries": ("a.zip", archive({f"{n}.txt": b"" for n in range(1001)}, packed=False), "超过 1000 个"),
    "path up": ("a.zip", archive({"../../etc/cron.d/x": b"x"}), "指向了包外"),
    "path up in Windows": ("a.zip", archive({"..\\..\\x.txt": b"x"}), "指向了包外"),
    "absolute path": ("a.zip", archive({"/etc/passwd": b"x"}), "指向了包外"),
    "drive": ("a.zip", archive({"C:/Windows/x.txt": b"x"}), "指向了包外"),
    "link in zip": ("a.zip", makers.symlink(), "符号链接"),
    "password": ("a.zip", makers.encrypted(), "已加密"),
    "same name": ("a.zip", archive({"A.txt": b"1", "a.txt": b"2"}), "重名"),
    "program in zip": ("a.zip", archive({"照片.png": MZ}), PROGRAM),
    "script in zip": ("a.zip", archive({"x/安装.BAT": b"del"}), PROGRAM),
    "shell in zip": ("a.zip", archive({"x": b"#!/bin/sh"}), PROGRAM),
    "page in zip": ("a.zip", archive({"index.html": ACTIVE}), PROGRAM),
    "program in zip in zip": ("a.zip", archive({"b.zip": archive({"c.exe": b"x"})}), PROGRAM),
    "too deep": ("a.zip", archive({"b.zip": archive({"c.zip": archive({"d.zip": archive({"e": b"1"})})})}), "嵌套"),
    "macros in zip": ("a.zip", archive({"b.docx": office(more={"word/vbaProject.bin": b"x"})}), "宏"),
    "cut off zip": ("a.zip", archive({"a.txt": b"word" * 50})[:-30], "已损坏"),
    "zip with a tail": ("a.zip", archive({"a.txt": b"1"}) + MZ, "后面还藏有"),
    "zip with a head": ("a.zip", b"PK\x03\x04" + bytes(40) + archive({"a.txt": b"1"}), "结构异常"),
    # Office
    "macros": ("a.docx", office(more={"word/vbaProject.bin": makers.OLE}), MACRO),
    "macros in a workbook": ("a.xlsx", office("xlsx", more={"xl/vbaProject.bin": makers.OLE}), MACRO),
    "old macros": ("a.xlsx", office("xlsx", more={"xl/macrosheets/sheet1.xml": b"<a/>"}), MACRO),
    "controls": ("a.pptx", office("pptx", more={"ppt/activeX/activeX1.xml": b"<a/>"}), MACRO),
    "renamed macro file": (
        "a.docx",
        office(more={"[Content_Types].xml": b'<Types><Override ContentType="x.macroEnabled.main+xml"/></Types>'}),
        "重名|宏",
    ),
    "object": ("a.docx", office(more={"word/embeddings/oleObject1.bin": makers.OLE}), EMBEDDED),
    "program inside": ("a.docx", office(more={"word/embeddings/a.bin": MZ}), PROGRAM),
    "remote template": ("a.docx", office(rels=relation("attachedTemplate", "http://x/a.dotm")), LINK),
    "remote object": ("a.docx", office(rels=relation("oleObject", "mhtml:http://x/a.html")), LINK),
    "remote picture": ("a.docx", office(rels=relation("image", "\\\\10.0.0.9\\a.png")), LINK),
    "link to a share": ("a.docx", office(rels=relation("hyperlink", "file://10.0.0.9/a")), LINK),
    "linked workbook": ("a.xlsx", office("xlsx", rels=relation("externalLinkPath", "b.xlsx")), LINK),
    "calling field": ("a.docx", office(body="<w:fldSimple w:instr='DDEAUTO c:\\\\a.exe'/>"), LINK),
    "calling field in pieces": (
        "a.docx",
        office(body="<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO x</w:instrText></w:r>"),
        LINK,
    ),
    "entities": (
        "a.docx",
        office(more={"word/x.xml": b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'}),
        "结构异常",
    ),
    "outer entity": (
        "a.docx",
        office(more={"word/x.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
        "结构异常",
    ),
    # PDF
    "pdf script": ("a.pdf", pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), SCRIPT),
    "pdf script spelled": ("a.pdf", pdf(b"<< /S /Java#53cript /JS (app.alert(1)) >>"), SCRIPT),
    "pdf script packed": ("a.pdf", pdf(makers.object_stream(b"4 0 << /S /JavaScript /JS (1) >>")), SCRIPT),
    "pdf script packed and spelled": (
        "a.pdf",
        pdf(makers.object_stream(b"4 0 << /S /JavaScrip#74 >>", name=b"/Obj#53tm")),
        SCRIPT,
    ),
    "pdf launch": ("a.pdf", pdf(b"<< /S /Launch /F (cmd.exe) >>"), SCRIPT),
    "pdf form sender": ("a.pdf", pdf(b"<< /S /SubmitForm /F (http://x) >>"), SCRIPT),
    "pdf film": ("a.pdf", pdf(b"<< /Subtype /RichMedia >>"), SCRIPT),
    "pdf xfa": ("a.pdf", pdf(b"<< /XFA [(a) 5 0 R] >>"), SCRIPT),
    "pdf with a file": ("a.pdf", pdf(b"<< /Type /EmbeddedFile /Length 1 >>"), EMBEDDED),
    "pdf locked": ("a.pdf", pdf(b"<< /Encrypt 9 0 R >>"), "已加密"),
    "pdf and zip": ("a.pdf", pdf(tail=archive({"a.txt": b"1"})), "藏有"),
    "pdf and program": ("a.pdf", pdf(tail=MZ * 20), "藏有"),
    "pdf bomb": ("a.pdf", pdf(makers.object_stream(bytes(51 * 1024 * 1024))), "压缩比异常"),
    "pdf in an unreadable packing": (
        "a.pdf",
        pdf(b"<< /Type /ObjStm /Filter /ASCIIHexDecode /N 1 >>\nstream\n3c3c>\nendstream"),
        "无法检查",
    ),
    "cut off pdf": ("a.pdf", pdf()[:60], "不完整"),
    # pictures
    "pixel bomb": ("a.png", makers.bomb_png(), "百万像素"),
    "pixel bomb below Pillow's own limit": ("a.png", makers.bomb_png(9_000, 6_000), "百万像素"),
    "long strip": ("a.png", makers.bomb_png(40_000, 10), "百万像素"),
    "frames": ("a.gif", makers.animation(160), "动图过长"),
    "cut off picture": ("a.png", picture(size=(400, 400))[:-60], "已损坏"),
    "head of a picture": ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(200), "已损坏"),
    "head of a gif": ("a.gif", b"GIF89a" + ACTIVE, "已损坏"),
    "head of a bitmap": ("a.bmp", b"BM" + bytes(60), "已损坏"),
    "head of a webp": ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 " + bytes(40), "已损坏"),
}


def check(name: str, content: bytes, media) -> checking.Checked:
    return checking.check(makers.upload(name, content))


@pytest.mark.parametrize("what", REFUSED)
def test_check_refuses(what, media):
    name, content, reason = REFUSED[what]
    with pytest.raises(FileRefused) as refusal:
        check(name, content, media)
    assert any(part in str(refusal.value) for part in reason.split("|")), str(refusal.value)
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_the_corpus_is_as_wide_as_promised():
    assert len(REFUSED) + len(INERT) >= 60


# what: (name, content, what must be gone)
INERT = {
    "place and camera": ("照片.jpg", makers.photo_with_place(), [b"SECRET", b"Exif"]),
    "words in a png": ("a.png", makers.png_with_words(), [b"SECRET", b"tEXt"]),
    "script behind a picture": ("a.png", picture() + ACTIVE, [b"script"]),
    "archive behind a photo": ("a.jpg", picture("JPEG") + archive({"a.exe": MZ}, packed=False), [b"PK\x03\x04", b"MZ"]),
    "program behind a gif": ("a.gif", picture("GIF", mode="P") + MZ, [b"MZ\x90"]),
    "script in a gif's remark": ("a.gif", picture("GIF", mode="P", comment=b"<script>1</script>"), [b"script"]),
    "place in a webp": ("a.webp", picture("WEBP", exif=b"Exif\0\0SECRET"), [b"SECRET", b"EXIF"]),
    "page behind a bitmap": ("a.bmp", picture("BMP") + ACTIVE, [b"script"]),
    "profile": ("a.jpg", picture("JPEG", icc_profile=b"SECRET" * 30), [b"SECRET", b"ICC_PROFILE"]),
    "eicar behind a picture": ("a.png", picture() + makers.EICAR, [b"EICAR"]),
}


@pytest.mark.parametrize("what", INERT)
def test_check_keeps_only_the_pixels(what, media):
    name, content, gone = INERT[what]
    assert any(part in content for part in gone), "the sample does not hold what it should lose"
    kept = check(name, content, media)
    written = kept.path.read_bytes() + kept.thumb.read_bytes()
    assert [part for part in gone if part in written] == []


def test_check_turns_a_photo_upright(media):
    kept = check("a.jpg", makers.photo_with_place(), media)
    assert (kept.width, kept.height) == (100, 200)


def test_lying_headers_are_lies():
    """The sample of the lying bomb really says ten bytes and holds two million."""
    content = makers.lying_size(2 * 1024 * 1024)
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        assert made.infolist()[0].file_size == 10
