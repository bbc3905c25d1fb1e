"""The production files name only what exists: no engine runs here, so they are read instead."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import resolve

from itsm.runtime import probe

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
PROGRAMS = {"pg_isready", "valkey-server", "valkey-cli", "wget"}
IMAGE_VARIABLES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
GUNICORN_VARIABLES = {"FORWARDED_ALLOW_IPS"}


def settings_read() -> set[str]:
    """Names that the settings read from the environment."""
    tree = ast.parse((ROOT / "itsm" / "settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    readers = [
        call for call in calls if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "environment"
    ]
    return {str(call.args[0].value) for call in readers if call.args and isinstance(call.args[0], ast.Constant)}


def gunicorn_read() -> set[str]:
    return set(re.findall(r'environ\.get\("(\w+)"', (ROOT / "deploy" / "gunicorn.conf.py").read_text(encoding="utf-8")))


def example() -> set[str]:
    """Names in .env.example, set or commented out."""
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    else:
        yield str(value)


def test_the_services_are_the_six_of_the_product_and_one_that_prepares() -> None:
    assert sorted(SERVICES) == ["beat", "nginx", "postgres", "prepare", "redis", "web", "worker"]
    assert OURS == ["beat", "prepare", "web", "worker"]


def test_every_setting_is_in_the_example_and_nothing_else() -> None:
    launcher = {"HOST", "PORT", "CHROMIUM", "DESK_EXTRAS", "ITSM_PG_BIN", "ITSM_VALKEY_BIN"}
    compose = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert example() == settings_read() | gunicorn_read() | compose | launcher


@pytest.mark.parametrize("name", OURS)
def test_environment_names_settings_that_exist(name: str) -> None:
    known = settings_read() | gunicorn_read() | GUNICORN_VARIABLES
    assert set(SERVICES[name]["environment"]) - known == set()


def test_environment_of_the_database_image_is_its_own() -> None:
    assert set(SERVICES["postgres"]["environment"]) - IMAGE_VARIABLES == set()


@pytest.mark.filterwarnings("ignore:No directory at")  # files are collected in the image only
@pytest.mark.parametrize("name", OURS)
def test_command_refers_to_modules_and_files_that_exist(name: str) -> None:
    command: list[str] = SERVICES[name]["command"]
    match command:
        case ["gunicorn", "-c", config, application]:
            assert (ROOT / config).is_file()
            module, _, attribute = application.partition(":")
            assert callable(getattr(importlib.import_module(module), attribute))
        case ["celery", "-A", application, ("worker" | "beat"), *_]:
            module, _, attribute = application.partition(":")
            assert getattr(importlib.import_module(module), attribute).main == "itsm"
        case ["python", script]:
            assert (ROOT / script).is_file()
        case _:
            pytest.fail(f"no rule for {command}")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"prepare"}))
def test_every_lasting_service_has_a_health_check_that_exists(name: str) -> None:
    match SERVICES[name]["healthcheck"]["test"]:
        case ["CMD", "python", "-m", "itsm.runtime.probe", what]:
            assert what == name
            assert what in probe.PROBES
        case ["CMD", program, *_]:
            assert name not in OURS
            assert program in PROGRAMS
        case other:
            pytest.fail(f"no rule for {other}")


def test_the_pages_that_are_asked_for_health_exist() -> None:
    assert resolve("/health/ready")
    assert resolve("/health/live")
    assert "location = /nginx-health" in (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


def test_services_wait_for_services_that_exist() -> None:
    waits = {other for service in SERVICES.values() for other in service.get("depends_on", {})}
    assert waits - set(SERVICES) == set()


def test_volumes_and_mounted_files_exist() -> None:
    sources = {str(mount).partition(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    files = {source for source in sources if source.startswith("./")}
    assert sources - files == set(COMPOSE["volumes"])
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_addresses_in_the_environment_are_services() -> None:
    hosts = {host for text in texts(SERVICES) for host in re.findall(r"(?:@|redis://)(\w+):\d+", text)}
    assert hosts == {"postgres", "redis"}


def test_nginx_sends_to_the_port_that_the_web_listens_on() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"server (\w+):(\d+);", text) == [
        ("web", SERVICES["web"]["environment"]["WEB_BIND"].split(":")[1])
    ]


def test_the_image_copies_files_that_exist() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert copies
    assert [name for names in copies for name in names if not (ROOT / name).exists()] == []
    stages = [line.split()[-1] for line in lines if line.startswith("FROM ") and " AS " in line]
    assert [line for line in lines if "--from=" in line and line.split("--from=")[1].split()[0] not in stages] == []


def test_secrets_do_not_enter_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", ".git", "var", "deploy/certificates"} <= set(ignored)
