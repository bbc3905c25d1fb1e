"""OpenLDAP's own server on a free port, with the hospital's people in it and certificates of its own."""

import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BASE, DESK, DESK_PASSWORD = "dc=hospital,dc=example", "cn=desk,dc=hospital,dc=example", "a-password-of-the-desk"
PEOPLE = f"ou=people,{BASE}"
PASSWORD = "Tai-shan-2026"
PROGRAM = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/libexec:/usr/local/libexec:/usr/bin")
_MODULES = ("/usr/lib/ldap", "/usr/lib64/openldap", "/usr/lib/openldap", "/usr/local/libexec/openldap")
_SCHEMAS = ("/etc/ldap/schema", "/etc/openldap/schema", "/usr/local/etc/openldap/schema")
_START_SECONDS = 20


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def _first(folders: tuple[str, ...]) -> Path:
    return next(path for folder in folders if (path := Path(folder)).is_dir())


def _entries(*numbers: str) -> str:
    entries = [
        f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: hospital\ndc: hospital",
        f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people",
    ]
    entries += [
        f"dn: uid={number},{PEOPLE}\nobjectClass: inetOrgPerson\nuid: {number}\ncn: {number}\nsn: {number}\n"
        f"userPassword: {PASSWORD}"
        for number in numbers
    ]
    return "\n\n".join(entries) + "\n"


class Directory:
    """The server and its addresses; `stop` takes it away, `start` brings it back on the same ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        plain, secret = free_port(), free_port()
        self.address, self.secret_address = f"ldap://127.0.0.1:{plain}", f"ldaps://127.0.0.1:{secret}"
        self.authority = _certificates(folder)
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "database").mkdir()
        self.configuration = folder / "slapd.conf"
        self.configuration.write_text(self._configured(), encoding="utf-8")
        entries = folder / "people.ldif"
        entries.write_text(_entries("machao", "nobody-here", "wang*"), encoding="utf-8")
        self._run("-T", "add", "-f", str(self.configuration), "-l", str(entries))

    def _configured(self) -> str:
        schemas = _first(_SCHEMAS)
        return "\n".join(
            [
                *(f"include {schemas / name}.schema" for name in ("core", "cosine", "inetorgperson")),
                f"modulepath {_first(_MODULES)}",
                "moduleload back_mdb",
                f"pidfile {self.folder / 'slapd.pid'}",
                f"TLSCACertificateFile {self.authority}",
                f"TLSCertificateFile {self.folder / 'server.pem'}",
                f"TLSCertificateKeyFile {self.folder / 'server.key'}",
                "database mdb",
                f'suffix "{BASE}"',
                f'rootdn "{DESK}"',
                f"rootpw {DESK_PASSWORD}",
                f"directory {self.folder / 'database'}",
                "access to attrs=userPassword by anonymous auth by * none",
                "access to * by * none",  # nobody without a name looks people up
                "",
            ]
        )

    def _run(self, *arguments: str) -> None:
        subprocess.run([str(PROGRAM), *arguments], check=True, capture_output=True, timeout=60)

    def start(self) -> None:
        """Answer from now on."""
        command = [str(PROGRAM), "-d", "0", "-f", str(self.configuration), "-h"]
        self.process = subprocess.Popen(
            [*command, f"{self.address} {self.secret_address}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + _START_SECONDS
        for address in (self.address, self.secret_address):
            while not _listens(int(address.rpartition(":")[2])):
                assert self.process.poll() is None, "slapd has ended"
                assert time.monotonic() < until, "slapd does not listen"
                time.sleep(0.05)

    def stop(self) -> None:
        """Answer no longer."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey
) -> bytes:
    now = datetime.now(UTC)

    def name(words: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])

    places = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True)
    )
    if subject != issuer:
        made = made.add_extension(x509.SubjectAlternativeName(places), critical=False)
    return made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def authority(path: Path) -> ec.EllipticCurvePrivateKey:
    """Write the certificate of an authority; return its key."""
    key = _key()
    path.write_bytes(_certificate("Hospital", key, "Hospital", key))
    return key


def _certificates(folder: Path) -> Path:
    """An authority and the server's certificate; return the authority's file."""
    signer, key = authority(folder / "authority.pem"), _key()
    (folder / "server.pem").write_bytes(_certificate("127.0.0.1", key, "Hospital", signer))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "server.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return folder / "authority.pem"
