"""Dockerfile and docker-compose.yml held against the settings, the modules and the one list of system packages."""

import ast
import importlib.util
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from flightmap.bootstrap import packages

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
VARIABLE = re.compile(r"\$\{(\w+)(?::?[-?][^}]*)?\}")


def variables_read() -> set[str]:
    """The environment variables that settings and gunicorn's configuration read, by the calls in their sources."""
    found = set()
    for name in ("flightmap/settings.py", "flightmap/gunicorn.py", "flightmap/services/health.py"):
        for node in ast.walk(ast.parse((PROJECT / name).read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = ast.unparse(node.func)
                if called.startswith("env.") or called == "os.environ.get":
                    found.add(node.args[0].value)
    return found


def instructions(name: str) -> list[str]:
    """The arguments of every `name` instruction of the Dockerfile, continued lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(None, 1)[1] for line in joined.splitlines() if line.split(None, 1)[:1] == [name]]


def test_the_parts_are_those_of_a_local_site() -> None:
    assert {"postgres", "redis", "web", "worker", "scheduler", "prepare"} <= set(SERVICES)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_given_to_a_container_is_one_the_site_reads(name: str) -> None:
    assert set(OURS[name]["environment"]) <= variables_read()


def test_every_variable_left_to_the_person_is_one_the_site_or_the_database_reads() -> None:
    names = set(VARIABLE.findall((PROJECT / "docker-compose.yml").read_text()))
    assert names - variables_read() == {"POSTGRES_PASSWORD", "WORKER_CONCURRENCY"}  # this one: Celery's own option
    assert "SECRET_KEY" in names


def test_variables_of_the_image_are_ones_the_site_reads() -> None:
    ours = {
        part.split("=")[0]
        for line in instructions("ENV")
        for part in line.split()
        if not part.startswith(("PYTHON", "PIP"))
    }
    assert ours == {"DATA_DIR", "HOST", "PORT"}
    assert ours <= variables_read()


def test_no_secret_has_a_default() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert re.findall(r"\$\{" + name + r"([^}]*)\}", text)
        assert all(rest.startswith(":?") for rest in re.findall(r"\$\{" + name + r"([^}]*)\}", text))


def test_database_and_broker_addresses_lead_to_the_containers() -> None:
    for service in OURS.values():
        environment = service["environment"]
        database = SERVICES["postgres"]["environment"]
        assert environment["DATABASE_URL"].startswith(f"postgresql://{database['POSTGRES_USER']}:$")
        assert environment["DATABASE_URL"].endswith(f"@postgres:5432/{database['POSTGRES_DB']}")
        assert environment["REDIS_URL"].startswith("redis://redis:6379")


def commands() -> list[list[str]]:
    found = [service["command"] for service in OURS.values() if "command" in service]
    found += [yaml.safe_load(line) for line in instructions("CMD")]
    for service in OURS.values():
        check = service.get("healthcheck", {}).get("test", [])
        if check[:1] == ["CMD"]:
            found.append(check[1:])
        elif check[:1] == ["CMD-SHELL"]:
            found.append(shlex.split(check[1]))
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_names_something_that_is_there(command: list[str]) -> None:
    assert command[0] == "python"
    if command[1] == "-m":
        assert importlib.util.find_spec(command[2]) is not None
        if command[2] == "celery":
            check_celery(command[3:])
        elif command[2] == "gunicorn":
            check_gunicorn(command[3:])
        elif command[2] == "flightmap.services.prepare":
            from flightmap.services.prepare import TASKS

            assert command[3] in TASKS
        else:
            assert command[3:] == []
    else:
        from django.core.management import get_commands

        assert (PROJECT / command[1]).is_file()
        assert command[2] in get_commands()


def check_celery(arguments: list[str]) -> None:
    """The application can be imported, and Celery's own command line takes the options."""
    from celery.bin.celery import celery

    from flightmap.celery import app

    assert arguments[:2] == ["--app", "flightmap.celery:app"]
    assert app.main == "flightmap"
    command = celery.commands[arguments[2]]
    known = {option for parameter in command.params for option in getattr(parameter, "opts", [])}
    assert {argument for argument in arguments[3:] if argument.startswith("--")} <= known


def check_gunicorn(arguments: list[str]) -> None:
    """gunicorn's configuration and the application are modules of ours."""
    option, configuration, application = arguments
    assert option == "--config"
    assert importlib.util.find_spec(configuration.removeprefix("python:")) is not None
    spec = importlib.util.find_spec(application)
    assert spec is not None
    assert "application = get_wsgi_application()" in Path(spec.origin or "").read_text()


def test_every_setting_of_gunicorn_is_one_gunicorn_knows() -> None:
    from gunicorn.config import KNOWN_SETTINGS

    known = {setting.name for setting in KNOWN_SETTINGS}
    tree = ast.parse((PROJECT / "flightmap/gunicorn.py").read_text())
    ours = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    }
    assert ours
    assert ours <= known


def test_everything_that_is_copied_into_the_image_is_there() -> None:
    ignored = {line for line in (PROJECT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"}
    for line in instructions("COPY"):
        parts = line.split()
        if parts[0].startswith("--from="):
            assert re.search(rf"^FROM \S+ AS {parts[0].removeprefix('--from=')}$", DOCKERFILE, re.MULTILINE)
            continue
        for source in parts[:-1]:
            assert (PROJECT / source).exists(), source
            assert source.split("/")[0] not in ignored


def test_everything_that_the_site_runs_on_is_copied() -> None:
    copied = {part for line in instructions("COPY") for part in line.split()[:-1]}
    assert {"flightmap", "tracks", "templates", "static", "manage.py", "requirements.txt"} <= copied


def test_system_packages_come_from_the_one_list() -> None:
    installing = [line for line in instructions("RUN") if "apt-get install" in line]
    assert len(installing) == 1
    section = re.search(
        r"install --yes --no-install-recommends \$\(python -m flightmap\.bootstrap packages (\w+)\)", installing[0]
    )
    assert section is not None
    assert packages.sections(packages.LIST.read_text())[section[1]]


def test_the_image_has_what_the_set_up_copies_before_it_is_asked_for_packages() -> None:
    before = DOCKERFILE[: DOCKERFILE.index("apt-get install")]
    for needed in ("system-packages.txt", "flightmap/__init__.py", "flightmap/bootstrap", "flightmap/services"):
        assert f"COPY {needed} " in before


def test_the_image_does_not_run_as_root() -> None:
    assert instructions("USER") == ["flightmap"]
    assert DOCKERFILE.index("\nUSER ") > DOCKERFILE.rindex("\nRUN ")


def test_web_and_worker_share_the_originals_and_nothing_else() -> None:
    for name in ("web", "worker"):
        assert SERVICES[name]["volumes"] == ["originals:/data/originals"]
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert named == set(COMPOSE["volumes"])
    assert "/data/originals" in " ".join(instructions("VOLUME"))


def test_what_depends_on_a_healthy_container_finds_a_health_check_there() -> None:
    for service in SERVICES.values():
        for name, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]
            if condition["condition"] == "service_completed_successfully":
                assert SERVICES[name]["restart"] == "no"


def test_nothing_serves_before_the_database_is_prepared() -> None:
    for name in ("web", "worker", "scheduler"):
        assert SERVICES[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_a_database_is_healthy_by_the_way_the_others_take() -> None:
    # At its first start the image sets the database up with a server that only listens on the socket.
    check = SERVICES["postgres"]["healthcheck"]["test"]
    assert check[check.index("--host") + 1] == "127.0.0.1"


def test_only_the_web_server_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]


def test_an_empty_variable_means_the_default_of_the_site() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text))
    assert {name for name, default in defaults.items() if default} == {"SITE_URL", "PORT", "WORKER_CONCURRENCY"}
