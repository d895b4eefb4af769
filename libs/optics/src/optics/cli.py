"""The `optics` command."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from optics import demo as demo_run
from optics import doctor as doctor_run
from optics import smoke as smoke_run
from optics.company import HUB
from optics.folder import CONFIG
from optics.link_command import run_link
from optics.ports import MOST_TILLS, Ports, company_ports, free_company
from optics.provision_command import run_provision
from optics.stale import stop_all
from optics.till_command import run_add

DEMO_FOLDER = Path(".run/demo")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Касса OpticsERP: команды.",
)

Folder = Annotated[Path, typer.Option(help="Папка данных, ключей и журналов.")]


@app.command()
def demo(
    tills: Annotated[int, typer.Argument(min=1, max=MOST_TILLS, help="Сколько касс.")] = 1,
    folder: Folder = DEMO_FOLDER,
    gateway_port: Annotated[int, typer.Option(help="Порт экрана кассира.")] = 8000,
    free_ports: Annotated[bool, typer.Option("--free-ports", help="Любые свободные порты.")] = False,
) -> None:
    """Центр, кассы till-001… и эмуляторы ККТ и ОФД на этой машине; Ctrl-C останавливает всё."""
    ports = free_company(tills) if free_ports else company_ports(tills, Ports(gateway=gateway_port))
    sys.exit(asyncio.run(demo_run.run(folder, ports)))


@app.command()
def smoke() -> None:
    """Та же касса на свободных портах: продаёт, возвращает, сверяет ФН и ОФД; код 0 или 1."""
    sys.exit(asyncio.run(smoke_run.run()))


@app.command()
def stop(folder: Folder = DEMO_FOLDER) -> None:
    """Остановить демо и его забытые процессы."""
    ended = stop_all(folder)
    for each in ended:
        typer.echo(f"остановлен {each.pid}: {each.command}")
    if not ended:
        typer.echo("нечего останавливать")


@app.command()
def doctor(folder: Folder = DEMO_FOLDER) -> None:
    """Что на этой машине мешает работе и как это исправить."""
    sys.exit(doctor_run.run(folder))


@app.command()
def provision(
    config: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="till.toml")],
    capacity: Annotated[
        int | None, typer.Option(help="Ёмкость буфера, если её меняли; иначе из till.toml.")
    ] = None,
) -> None:
    """Ключи, leaf.conf рядом с till.toml, потоки сервера. Код 3: сервер хранит не то, что объявлено."""
    sys.exit(run_provision(config, capacity))


@app.command()
def link(
    state: Annotated[str, typer.Argument(help="down или up", metavar="down|up")],
    till: Annotated[str, typer.Argument(help="Касса, например till-001.")],
    folder: Folder = DEMO_FOLDER,
    config: Annotated[Path | None, typer.Option(help="till.toml, если касса не из демо.")] = None,
) -> None:
    """Оборвать или восстановить связь кассы с центром; действует до следующей подготовки сервера."""
    sys.exit(run_link(state, config or folder / till / CONFIG))


till_app = typer.Typer(no_args_is_help=True, help="Кассы центра.")
app.add_typer(till_app, name="till")


@till_app.command("add")
def add(
    till: Annotated[str, typer.Argument(help="Касса, например till-002.")],
    hub: Annotated[Path, typer.Option(help="Папка центра с hub.toml.")] = DEMO_FOLDER / HUB,
    out: Annotated[
        Path | None, typer.Option(help="Куда положить ключ кассы; без него — <центр>/issued/<касса>.")
    ] = None,
    public_key: Annotated[str, typer.Option(help="Открытый ключ, если касса сделала свой ключ сама.")] = "",
) -> None:
    """Ключ кассы, её строка в hub.conf, её потоки; работающий центр узнаёт о ней, не обрывая других."""
    sys.exit(run_add(till, hub, out=out, public_key=public_key))


def main() -> None:
    """Entry of the console script."""
    app()
