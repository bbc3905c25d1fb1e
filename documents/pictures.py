"""Pictures are written anew from their pixels: place, camera, profiles and whatever was hung on are gone."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from documents.enums import Kind
from documents.errors import FileRefused

MOST_PIXELS = 50_000_000
KEPT_PIXELS = 16_000_000
MOST_FRAMES = 150
MOST_SIDE = 30_000
THUMB_SIDE = 360
QUALITY = 88
_BROKEN = (OSError, ValueError, SyntaxError, KeyError, IndexError, EOFError, MemoryError, OverflowError, TypeError)
_FORMATS = {Kind.PNG: "PNG", Kind.JPG: "JPEG", Kind.WEBP: "WEBP", Kind.GIF: "GIF", Kind.BMP: "BMP"}


class Picture(NamedTuple):
    """What was written: its kind (a bitmap becomes a PNG) and its size in pixels."""

    kind: Kind
    width: int
    height: int


def rewrite(source: BinaryIO, kind: Kind, target: Path, thumb: Path) -> Picture:
    """Write the picture and its thumbnail anew; pictures above KEPT_PIXELS are scaled down.

    Raises FileRefused on bombs, too many frames, damage, or a content of another kind.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            source.seek(0)
            with Image.open(source, formats=[_FORMATS[kind]]) as image:
                _check_size(image)
                return _write(image, kind, target, thumb)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused(_too_large()) from error
    except UnidentifiedImageError as error:
        raise FileRefused(_("the picture is damaged.")) from error
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno:  # the disk, not the picture
            raise
        raise FileRefused(_("the picture is damaged.")) from error


def _too_large() -> str:
    return _("the picture has more than %(n)d million pixels.") % {"n": MOST_PIXELS // 1_000_000}


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    frames = _count_frames(image)
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
        raise FileRefused(_too_large())
    if frames > MOST_FRAMES or frames * width * height > MOST_PIXELS * 2:
        raise FileRefused(_("the moving picture is too long."))


def _count_frames(image: Image.Image) -> int:
    """How many frames there are; stops counting when there are too many."""
    if not getattr(image, "is_animated", False):
        return 1
    return int(getattr(image, "n_frames", 1))


def _write(image: Image.Image, kind: Kind, target: Path, thumb: Path) -> Picture:
    if kind is Kind.GIF and _count_frames(image) > 1:
        return _write_moving(image, target, thumb)
    kept = Kind.PNG if kind in (Kind.BMP, Kind.GIF) else kind
    if kind is Kind.JPG:  # decodes at a fraction of the size, so a photo of 50 million pixels fits in memory
        image.draft("RGB", _scaled(image.size))
    plain = _plain(_upright(image), opaque=kind is Kind.JPG)
    if plain.width * plain.height > KEPT_PIXELS:
        plain = plain.resize(_scaled(plain.size), Image.Resampling.LANCZOS)
    plain.save(target, _FORMATS[kept], **_options(kept))
    _write_thumb(plain, thumb)
    return Picture(kept, *plain.size)


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held; remarks that cannot be read turn nothing."""
    image.load()
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        return image


def _scaled(size: tuple[int, int]) -> tuple[int, int]:
    """The size, made smaller so that it holds at most KEPT_PIXELS; a long screenshot stays readable."""
    factor = min(1.0, (KEPT_PIXELS / (size[0] * size[1])) ** 0.5)
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))


def _plain(image: Image.Image, *, opaque: bool) -> Image.Image:
    """Only the pixels, without any of the remarks that Pillow would carry along."""
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    mode = "RGBA" if has_alpha and not opaque else "L" if image.mode in ("1", "L") else "RGB"
    converted = image.convert(mode)
    bare = Image.new(mode, converted.size)
    bare.paste(converted)
    return bare


def _options(kind: Kind) -> dict[str, object]:
    quality = {"quality": QUALITY}
    return {Kind.JPG: {**quality, "optimize": True}, Kind.WEBP: quality, Kind.PNG: {"optimize": False}}.get(kind, {})


def _write_thumb(image: Image.Image, thumb: Path) -> None:
    small = image.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    small.convert("RGB").save(thumb, "JPEG", quality=80)


def _write_moving(image: Image.Image, target: Path, thumb: Path) -> Picture:
    durations = []

    def frames() -> Iterator[Image.Image]:
        for frame in ImageSequence.Iterator(image):
            durations.append(max(20, int(frame.info.get("duration", 100))))
            yield _plain(frame, opaque=False)

    first, *rest = list(frames())
    first.save(target, "GIF", save_all=True, append_images=rest, duration=durations, loop=0)
    _write_thumb(first, thumb)
    return Picture(Kind.GIF, *first.size)
