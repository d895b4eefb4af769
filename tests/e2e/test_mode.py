"""The mode is shown to people; nothing that matters waits for it."""

from .cash_desk import Body, CashDesk, eventually


async def status(desk: CashDesk) -> Body:
    body: Body = (await desk.get("/v1/kkt/buffer/status")).body
    return body


async def test_the_mode_is_found_shown_and_journaled(desk: CashDesk) -> None:
    async def mode() -> Body | None:
        found: Body | None = (await status(desk))["mode"]
        return found

    found = await eventually(mode)
    assert (found["name"], found["cause"]) == ("online", "all_up")
    assert (found["ofd"], found["link"], found["odoo"]) == ("up", "not_configured", "not_configured")
    assert (await desk.get("/v1/health")).body["components"]["odoo_connection"] == "not_configured"

    async def journaled() -> list[Body]:
        rows: list[Body] = (await desk.get("/v1/kkt/buffer/logs?limit=500", role="admin")).body["rows"]
        return [row["data"] for row in rows if row["event"] == "mode.changed"]

    [change] = await eventually(journaled)
    assert (change["mode"], change["before"], change["cause"]) == ("online", None, "all_up")


async def test_sale_and_delivery_go_on_without_a_heartbeat(desk: CashDesk) -> None:
    assert await desk.stack.terminate("heartbeat") == 0
    answer = await desk.sell()
    assert (answer.status, answer.body["status"]) == (200, "printed")
    await desk.delivered(3)  # registration, shift, receipt

    async def forgotten() -> bool:
        return (await status(desk))["mode"] is None

    await eventually(forgotten)
    assert (await status(desk))["network_status"] == "online", "as the line to the OFD says"


async def test_the_mode_outlives_its_process(desk: CashDesk) -> None:
    async def since() -> str | None:
        mode: Body | None = (await status(desk))["mode"]
        return mode["since"] if mode else None

    async def forgotten() -> bool:
        return await since() is None

    before = await eventually(since)
    assert await desk.stack.terminate("heartbeat") == 0
    await eventually(forgotten)
    await desk.stack.start("heartbeat")
    assert await eventually(since) == before
