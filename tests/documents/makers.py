"""Makes files: real ones as hospitals send them, and hostile ones. Nothing of it is kept in the repository."""

import hashlib
import io
import struct
import zipfile
import zlib
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, PngImagePlugin

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def picture(form: str = "PNG", size: tuple[int, int] = (120, 80), mode: str = "RGB", **options: Any) -> bytes:
    image = Image.new(mode, size, 0 if mode in ("1", "L", "P") else tuple([200, 220, 230, 255][: len(mode)]))
    ImageDraw.Draw(image).rectangle((5, 5, size[0] // 2, size[1] // 2), fill=None, outline=1)
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A photo that tells where and with which camera it was taken, and that lies on its side."""
    exif = Image.Exif()
    exif[0x0110] = "SECRET-CAMERA"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 7.0, 0.0), 3: "E", 4: (121.0, 8.0, 0.0)})
    return picture("JPEG", (200, 100), exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 20)


def png_with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "<script>SECRET</script>")
    return picture("PNG", pnginfo=words)


def animation(frames: int, size: tuple[int, int] = (40, 30)) -> bytes:
    images = [Image.new("RGB", size, (number % 256, number // 256, 80)) for number in range(frames)]
    out = io.BytesIO()
    images[0].save(out, "GIF", save_all=True, append_images=images[1:], duration=60)
    return out.getvalue()


def bomb_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG whose header promises more pixels than memory has."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack("!L", len(body)) + name + body + struct.pack("!L", zlib.crc32(name + body))

    head = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def archive(entries: dict[str, bytes], *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def loosely_packed(megabytes: int) -> bytes:
    """A content that packs at about 1 to 60, which is no bomb by itself."""
    zeros = bytes(16_000)
    return b"".join(hashlib.shake_256(struct.pack("!L", n)).digest(260) + zeros for n in range(megabytes * 64))


def archive_of(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for entry, content in entries:
            made.writestr(entry, content)
    return out.getvalue()


def symlink() -> bytes:
    entry = zipfile.ZipInfo("link")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return archive_of((entry, b"/etc/passwd"))


def encrypted() -> bytes:
    """The flag of encryption in both headers."""
    made = bytearray(archive({"a.txt": b"words"}))
    made[6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def lying_size(real: int) -> bytes:
    """Says that it unpacks to ten bytes, and is a megabyte-eater."""
    made = bytearray(archive({"a.txt": bytes(real)}))
    place = made.rindex(b"PK\x01\x02")
    made[place + 24 : place + 28] = struct.pack("<L", 10)
    made[22:26] = struct.pack("<L", 10)
    return bytes(made)


def overlapping(copies: int = 5) -> bytes:
    """Many entries that share one content, as the tightest bombs do."""
    made = archive({"a.txt": b"kernel" * 50})
    place = made.rindex(b"PK\x01\x02")
    end = made.rindex(b"PK\x05\x06")
    record = made[place:end]
    records = b"".join(record.replace(b"a.txt", f"{number}.txt".encode()) for number in range(copies))
    tail = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, copies, copies, len(records), place, 0)
    return made[:place] + records + tail


def office(kind: str = "docx", *, body: str = "<w:p/>", rels: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A small Office file with the given body, relations and further parts."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}[kind]
    folder, name = main.split("/")
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="text/xml"/></Types>',
        main: f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{RELS}">{rels}</Relationships>',
    }
    return archive({**{key: value.encode() for key, value in parts.items()}, **(more or {})})


def relation(kind: str, target: str, mode: str = "External") -> str:
    return f'<Relationship Id="r1" Type="{KINDS}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def workbook() -> bytes:
    """A real workbook as the library writes it, with a chart and a link."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["科室", "台数"])
    sheet.append(["检验科", 12])
    sheet["A3"].value, sheet["A3"].hyperlink = "内网", "http://intranet.example/"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(*objects: bytes, tail: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """One page and whatever else is asked for."""
    parts = [
        b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n",
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n",
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >> endobj\n",
        *(b"%d 0 obj %s endobj\n" % (number, content) for number, content in enumerate(objects, 4)),
    ]
    return head + b"".join(parts) + b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n" + tail


def printed_pdf() -> bytes:
    """A PDF as a library writes it, with two pages of pictures."""
    pages = [Image.new("RGB", (300, 400), shade) for shade in ("white", "lightblue")]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def object_stream(content: bytes, name: bytes = b"/ObjStm") -> bytes:
    packed = zlib.compress(content)
    return b"<< /Type %s /Filter /FlateDecode /N 1 /First 5 /Length %d >>\nstream\n%s\nendstream" % (
        name,
        len(packed),
        packed,
    )
