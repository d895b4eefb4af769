"""The `optics` command."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from optics import demo as demo_run
from optics import doctor as doctor_run
from optics import smoke as smoke_run
from optics.ports import Ports
from optics.ports import free_ports as any_ports
from optics.provision_command import run_provision
from optics.stale import stop_all

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
    folder: Folder = DEMO_FOLDER,
    gateway_port: Annotated[int, typer.Option(help="Порт экрана кассира.")] = 8000,
    free_ports: Annotated[bool, typer.Option("--free-ports", help="Любые свободные порты.")] = False,
) -> None:
    """Касса till-001 и эмуляторы ККТ и ОФД на этой машине; Ctrl-C останавливает всё."""
    ports = any_ports() if free_ports else Ports(gateway=gateway_port)
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


def main() -> None:
    """Entry of the console script."""
    app()
