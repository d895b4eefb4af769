"""Work of the KKT that is no receipt: shift, reports, drawer."""

from contracts import services
from contracts.commands import RunTask, TaskDone, TaskKind
from fiscal.money import Kopecks
from pos_gateway import views
from pos_gateway.bodies import CashBody, TaskBody
from pos_gateway.call import Call, Handler, Reply, cashier_of, check_till
from pos_gateway.errors import invalid
from pos_gateway.till import Till


def run(kind: TaskKind) -> Handler:
    """A handler that runs a task without money."""

    async def handler(till: Till, call: Call) -> Reply:
        body = call.read(TaskBody)
        return await _run(till, call, kind, body, Kopecks(0))

    return handler


def move(kind: TaskKind) -> Handler:
    """A handler that puts money into the drawer or takes it out."""

    async def handler(till: Till, call: Call) -> Reply:
        body = call.read(CashBody)
        if body.amount == 0:
            raise invalid("amount", "must be above zero", "сумма должна быть больше нуля.")
        return await _run(till, call, kind, body, Kopecks(int(body.amount)))

    return handler


async def _run(till: Till, call: Call, kind: TaskKind, body: TaskBody | CashBody, amount: Kopecks) -> Reply:
    check_till(till, body.pos_id)
    request = RunTask(
        key=call.key,
        till=till.id,
        kind=kind,
        cashier=cashier_of(body.cashier, call.role),
        amount=amount,
        patience_ms=till.patience_ms,
    )
    done = await till.act_by_key(services.TASK, request, TaskDone)
    return Reply(body=views.task(done), replayed=done.repeated)
