"""Small services that answer on the real subjects through a real nats-server, and remember what they were asked."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.codec import decode, encode
from contracts.services import Verb
from contracts.subjects import Subjects

Answer = msgspec.Struct | Callable[[Any], msgspec.Struct]


class Responders:
    """`await desk.answer(ACCEPT, reply)`; `desk.asked` holds the requests in order."""

    def __init__(self, url: str, till: str, *, seed_path: Path | None = None) -> None:
        self._url = url
        self._seed_path = seed_path
        self._subjects = Subjects(till)
        self._client = Client()
        self._answers: dict[Verb, Answer] = {}
        self.heard = asyncio.Event()
        self.asked: list[msgspec.Struct] = []

    async def __aenter__(self) -> Self:
        seed = str(self._seed_path) if self._seed_path else None
        await self._client.connect(self._url, nkeys_seed=seed)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def answer(self, verb: Verb, reply: Answer, *, after: asyncio.Event | None = None) -> None:
        """Answer this verb so from now on; a function is given the request; `after` holds the answers back."""
        known = verb in self._answers
        self._answers[verb] = reply
        if not known:
            await self._serve(verb, after)

    async def deafen(self, verb: Verb, *, until: msgspec.Struct | None = None) -> None:
        """Take requests of this verb and never answer; with `until` only the first one is lost, as if we had died."""

        async def ignore(message: Msg) -> None:
            self.asked.append(decode(message.data, verb.request))
            if until is not None and len(self.asked) > 1:
                await message.respond(encode(until))

        await self._client.subscribe(self._subjects.command(verb.service, verb.verb), cb=ignore)
        await self._flush()

    async def tell(self, service: str, state: msgspec.Struct) -> None:
        """Publish a service's state."""
        await self._client.publish(self._subjects.state(service), encode(state))
        await self._flush()

    async def _serve(self, verb: Verb, after: asyncio.Event | None) -> None:
        async def on_request(message: Msg) -> None:
            request = decode(message.data, verb.request)
            self.asked.append(request)
            if after is not None:
                self.heard.set()
                await after.wait()
            reply = self._answers[verb]
            body = reply if isinstance(reply, msgspec.Struct) else reply(request)
            await message.respond(encode(body))

        await self._client.subscribe(self._subjects.command(verb.service, verb.verb), cb=on_request)
        await self._flush()

    async def _flush(self) -> None:
        for _ in range(2):  # the first PING overtakes what waits to be written, see Bus.flush
            await self._client.flush()
