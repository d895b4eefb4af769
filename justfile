# What people, hooks and CI run. `./just` alone lists it.

set shell := ["sh", "-eu", "-c"]
venv := justfile_directory() / ".venv"
bin := venv / "bin"

# list the recipes
default:
    @just --list --unsorted

# make or refresh .venv from requirements.lock and the workspace members
[group('environment')]
env:
    @sh tools/sync-env

# resolve requirements.lock anew from the members' pyproject.toml files
[group('environment')]
lock:
    sh tools/lock

# head office and N tills (1 to 5) with KKT and OFD emulators in this terminal; data in .run/demo, Ctrl-C stops everything
[group('run')]
demo *ARGS: env
    @exec {{bin}}/optics demo {{ARGS}}

# the same till on free ports: sells, refunds, compares FN and OFD; exit 0 or 1
[group('run')]
smoke: env
    @exec {{bin}}/optics smoke

# cut a till's line to head office, or mend it: link down till-001, link up till-001
[group('run')]
link STATE TILL: env
    @{{bin}}/optics link {{STATE}} {{TILL}}

# end a demo and its stale processes
[group('run')]
stop: env
    @{{bin}}/optics stop

# what is wrong on this machine
[group('run')]
doctor: env
    @{{bin}}/optics doctor

# ruff, types, import directions
[group('check')]
lint: env
    {{bin}}/ruff check .
    {{bin}}/ruff format --check .
    {{bin}}/mypy
    {{bin}}/pytest -q tests/architecture

# unit, integration and end-to-end tests against real servers; what is sensitive to load runs alone, afterwards
[group('check')]
test: env
    {{bin}}/pytest -n 2 --dist worksteal -m "not alone"
    {{bin}}/pytest -m alone

# format and fix what ruff can fix
[group('check')]
fix: env
    {{bin}}/ruff check --fix .
    {{bin}}/ruff format .

# write docs/protocol.md and docs/asyncapi.json from the contracts
[group('environment')]
docs: env
    {{bin}}/python -m contracts.asyncapi docs

# all Odoo modules in a real Odoo 17 (ODOO_HOME): install, upgrade, tests, tours, uninstall, pylint-odoo
[group('odoo')]
test-odoo *ARGS:
    @"$PYTHON" tools/odoo test {{ARGS}}

# the demo back office on http://127.0.0.1:8069 (ODOO_HOME)
[group('odoo')]
odoo-demo *ARGS:
    @"$PYTHON" tools/odoo demo {{ARGS}}

# i18n/*.pot and ru.po of the Odoo modules from their texts (ODOO_HOME)
[group('odoo')]
odoo-i18n *ARGS:
    @"$PYTHON" tools/odoo i18n {{ARGS}}

# docs/img/: the main screens of the demo back office in Russian (ODOO_HOME)
[group('odoo')]
odoo-shots *ARGS:
    @"$PYTHON" tools/odoo shots {{ARGS}}

# measure: `odoo` (ODOO_HOME)
[group('check')]
bench SUITE *ARGS:
    @"$PYTHON" tools/{{SUITE}} bench {{ARGS}}
