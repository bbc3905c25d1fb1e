"""Files as hospitals send them: they come in, under a name that reads as it did."""

import io
import zipfile

import pytest
from PIL import Image

from documents import checking, names, texts
from documents.enums import Kind
from tests.documents import makers
from tests.documents.makers import archive, office, pdf, picture, relation

GBK_ZIP_NAME = "誠信/日誌.txt"  # in GBK its first letter ends in a backslash


def gbk_archive() -> bytes:
    """As Chinese Windows packs it: names in GBK, and no flag that says so."""
    name = GBK_ZIP_NAME.encode("gbk")
    assert b"\\" in name
    return archive({"x" * len(name): b"words"}).replace(b"x" * len(name), name)


# what: (name, content, kind, name that is kept)
ACCEPTED = {
    "screenshot": ("截图.png", picture(), Kind.PNG, "截图.png"),
    "photo": ("IMG_0001.JPG", picture("JPEG"), Kind.JPG, "IMG_0001.jpg"),
    "photo in capitals": ("a.JPEG", picture("JPEG"), Kind.JPG, "a.jpeg"),
    "grey photo": ("a.jpg", picture("JPEG", mode="L"), Kind.JPG, "a.jpg"),
    "printer's photo": ("a.jpg", picture("JPEG", mode="CMYK"), Kind.JPG, "a.jpg"),
    "transparent": ("a.png", picture(mode="RGBA"), Kind.PNG, "a.png"),
    "palette": ("a.png", picture(mode="P"), Kind.PNG, "a.png"),
    "black and white": ("a.png", picture(mode="1"), Kind.PNG, "a.png"),
    "webp": ("a.webp", picture("WEBP"), Kind.WEBP, "a.webp"),
    "gif": ("a.gif", picture("GIF", mode="P"), Kind.PNG, "a.png"),
    "moving gif": ("录屏.gif", makers.animation(12), Kind.GIF, "录屏.gif"),
    "bitmap": ("画图.bmp", picture("BMP"), Kind.PNG, "画图.png"),
    "picture without ending": ("微信图片", picture("JPEG"), Kind.JPG, "微信图片.jpg"),
    "word": ("说明.docx", office(), Kind.DOCX, "说明.docx"),
    "word with a link": ("a.docx", office(rels=relation("hyperlink", "https://x.example/")), Kind.DOCX, "a.docx"),
    "word with a sheet": (
        "a.docx",
        office(more={"word/embeddings/Microsoft_Excel_Sheet.xlsx": makers.workbook()}),
        Kind.DOCX,
        "a.docx",
    ),
    "workbook": ("台账.xlsx", makers.workbook(), Kind.XLSX, "台账.xlsx"),
    "slides": ("a.pptx", office("pptx"), Kind.PPTX, "a.pptx"),
    "pdf": ("检验报告.pdf", pdf(), Kind.PDF, "检验报告.pdf"),
    "pdf of a library": ("a.pdf", makers.printed_pdf(), Kind.PDF, "a.pdf"),
    "pdf with packed objects": ("a.pdf", pdf(makers.object_stream(b"4 0 << /Type /Font >>")), Kind.PDF, "a.pdf"),
    "text": ("备注.txt", "打印机离线\r\n".encode(), Kind.TXT, "备注.txt"),
    "text of Windows": ("备注.txt", "打印机离线\r\n".encode("gbk"), Kind.TXT, "备注.txt"),
    "text with a mark": ("a.txt", "报错".encode("utf-8-sig"), Kind.TXT, "a.txt"),
    "log without ending": ("日志", b"2026-09-24 ERROR ORA-12541\n", Kind.TXT, "日志.txt"),
    "log": ("catalina.log", b"\x1b[31mERROR\x1b[0m timeout\n", Kind.LOG, "catalina.log"),
    "log with a page in it": ("a.log", b"GET / 200 <html><body>x</body>\n", Kind.LOG, "a.log"),
    "table": ("a.csv", "科室,变化\n检验科,-5\n急诊,+3\n=SUM(B2:B3),\n".encode("gb18030"), Kind.CSV, "a.csv"),
    "archive": ("日志.zip", archive({"日志/a.log": b"x" * 5000, "b.txt": b"1"}), Kind.ZIP, "日志.zip"),
    "archive of Windows": ("a.zip", gbk_archive(), Kind.ZIP, "a.zip"),
    "archive in an archive": ("a.zip", archive({"b.zip": archive({"c.txt": b"1"})}), Kind.ZIP, "a.zip"),
    "archive of documents": ("a.zip", archive({"b.xlsx": makers.workbook()}), Kind.ZIP, "a.zip"),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_check_accepts(what, media):
    name, content, kind, kept = ACCEPTED[what]
    checked = checking.check(makers.upload(name, content))
    assert (checked.kind, checked.name) == (kind, kept)
    assert checked.size == checked.path.stat().st_size > 0


def test_check_keeps_documents_to_the_byte(media):
    content = makers.workbook()
    assert checking.check(makers.upload("a.xlsx", content)).path.read_bytes() == content


def test_check_counts_the_pages_of_a_pdf(media):
    assert checking.check(makers.upload("a.pdf", makers.printed_pdf())).pages == 2


def test_check_scales_a_huge_photo_but_keeps_a_long_screenshot(media):
    photo = checking.check(makers.upload("a.jpg", picture("JPEG", (7000, 5000))))
    strip = checking.check(makers.upload("b.png", picture("PNG", (1080, 9000))))
    assert photo.width * photo.height <= 16_000_000
    assert (strip.width, strip.height) == (1080, 9000)


def test_check_makes_a_small_thumbnail(media):
    checked = checking.check(makers.upload("a.png", picture(size=(1200, 900), mode="RGBA")))
    with Image.open(checked.thumb) as thumb:
        assert (thumb.format, thumb.size) == ("JPEG", (360, 270))


def test_a_checked_file_that_is_not_kept_vanishes(media):
    checked = checking.check(makers.upload("a.png", picture()))
    path = checked.path
    assert path.exists()
    del checked
    assert not path.exists()


def test_check_all_keeps_the_good_files_and_names_the_bad(media):
    found = checking.check_all([makers.upload("好.png", picture()), makers.upload("坏.exe", b"MZ" + bytes(9))])
    assert [checked.name for checked in found.checked] == ["好.png"]
    assert [sentence.partition("：")[0] for sentence in found.refused] == ["“坏.exe”"]


def test_check_all_refuses_the_tenth_file(media):
    found = checking.check_all([makers.upload(f"{n}.txt", b"a") for n in range(10)])
    assert (len(found.checked), found.refused) == (9, ["“9.txt”：一次最多上传 9 个文件。"])


@pytest.mark.parametrize("size, together, reason", [(1, 18, "超过 1 MB"), (10, 1, "合计不能超过 1 MB")])
def test_check_all_refuses_what_is_too_large(media, settings, size, together, reason):
    settings.FILE_MAX_MEGABYTES, settings.UPLOAD_MAX_MEGABYTES = size, together
    found = checking.check_all([makers.upload("a.txt", b"a" * (1024 * 1024 + 1)), makers.upload("b.txt", b"a")])
    assert reason in found.refused[0]


@pytest.mark.parametrize(
    "name, cleaned",
    [
        ("a/b\\c.png", "c.png"),
        ("..\\..\\etc", "etc"),
        ("a\u202egnp.txt", "agnp.txt"),
        ("a\0b\r\nc.txt", "abc.txt"),
        (' ."x"<y>?.txt. ', "_x__y__.txt"),
        ("\u0065\u0301.txt", "\u00e9.txt"),
        ("...", ""),
    ],
)
def test_clean_keeps_only_what_can_be_shown(name, cleaned):
    assert names.clean(name) == cleaned


@pytest.mark.parametrize("name, ending", [("a.PNG", "png"), ("a", ""), (".png", ""), ("a.图", ""), ("a.b.zip", "zip")])
def test_extension(name, ending):
    assert names.extension(name) == ending


def test_with_extension_cuts_a_long_name_but_not_its_ending():
    assert names.with_extension("长" * 300 + ".png", "png") == "长" * 196 + ".png"


def test_with_extension_names_what_has_no_name():
    assert names.with_extension("...", "png") == "file.png"


def test_preview_reads_both_encodings_and_says_when_more_follows():
    long = "检验报告\n".encode("gb18030") * 10_000
    text, is_cut = texts.preview(io.BytesIO(long))
    assert (text[:5], is_cut, len(text.encode("gb18030")) <= texts.PREVIEW_BYTES) == ("检验报告\n", True, True)
    assert texts.preview(io.BytesIO("报错".encode())) == ("报错", False)


def test_gbk_sample_is_read_as_chinese_windows_means_it():
    with zipfile.ZipFile(io.BytesIO(gbk_archive())) as made:
        assert made.infolist()[0].flag_bits & 0x800 == 0
