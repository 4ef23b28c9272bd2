"""A visitor without a browser: speaks to the page as Streamlit's own script in the browser does."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PLACE = re.compile(r"Before you: (\d+)|You are next")
"""How the page says the place in line."""

IDLE = 2.0
"""Seconds after which a connection is not used again. The server closes it after five, and a request that
meets the closing is lost: a browser sends it anew.
"""

LABEL = 'class="wall-label"'
"""Stands in the page once a picture has its answer."""


class Broken(Exception):
    """The page did what it never may: an exception, a lost connection, no end."""


@dataclass
class Visit:
    """What became of one picture."""

    seconds: float
    """From the first byte sent to the last of the page with the answer."""
    answered: bool
    places: list[int] = field(default_factory=list)
    """Places in line, as they were told."""
    said: str = ""
    """All words on the page, as HTML."""


class Visitor:
    """One session of the page Identify; an asynchronous context."""

    def __init__(self, address: str, patience: float = 600.0) -> None:
        self._address, self._patience = address, patience
        idle = httpx.Limits(keepalive_expiry=IDLE)
        self._http = httpx.AsyncClient(base_url=address, timeout=patience, limits=idle)
        self._cache: dict[str, ForwardMsg] = {}
        self._session = self._drop_zone = ""

    async def __aenter__(self) -> Self:
        await self._http.get("/_stcore/health")
        self._xsrf = self._http.cookies.get("_streamlit_xsrf", "")
        self._socket = await websockets.connect(
            self._address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit"), websockets.Subprotocol(self._xsrf or "none")],
            additional_headers={"Cookie": f"_streamlit_xsrf={self._xsrf}", "Origin": self._address},
            max_size=None,
            open_timeout=self._patience,
            ping_interval=None,
        )
        await self._run()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        await self._http.aclose()

    async def bring(self, name: str, content: bytes) -> Visit:
        """Drop one picture, and wait for the page."""
        start = time.perf_counter()
        request = BackMsg()
        request.file_urls_request.request_id = name
        request.file_urls_request.file_names.append(name)
        request.file_urls_request.session_id = self._session
        await self._send(request)
        answer = await self._until(lambda message: message.WhichOneof("type") == "file_urls_response")
        urls = answer.file_urls_response.file_urls[0]
        sent = await self._http.put(
            urls.upload_url, files={"file": (name, content)}, headers={"X-Xsrftoken": self._xsrf or ""}
        )
        if sent.status_code >= 400:
            return Visit(time.perf_counter() - start, False, said=sent.text)
        visit = await self._run(self._dropped(name, len(content), urls))
        visit.answered = LABEL in visit.said and f">{name}<" in visit.said
        visit.seconds = time.perf_counter() - start
        return visit

    def _dropped(self, name: str, size: int, urls: Any) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add(id=self._drop_zone)
        info = state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=size, file_id=urls.file_id
        )
        info.file_urls.CopyFrom(urls)
        return message

    async def _run(self, message: BackMsg | None = None) -> Visit:
        """Have the page's script run, and read the page until it has ended."""
        if message is None:
            message = BackMsg()
            message.rerun_script.query_string = ""
        await self._send(message)
        visit = Visit(0.0, False)
        words: list[str] = []

        def read(message: ForwardMsg) -> bool:
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id or self._session
            elif kind == "delta":
                self._see(message, visit, words)
            return kind == "script_finished"

        ended = await self._until(read)
        if ended.script_finished not in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_EARLY_FOR_RERUN,
        ):
            raise Broken(f"the script ended with {ended.script_finished}")
        visit.said = "\n".join(words)
        return visit

    def _see(self, message: ForwardMsg, visit: Visit, words: list[str]) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise Broken(element.exception.message)
        if kind == "file_uploader":
            self._drop_zone = element.file_uploader.id
        if kind == "html":
            words.append(element.html.body)
            if told := PLACE.search(element.html.body):
                visit.places.append(int(told[1] or 0) + 1)

    async def _send(self, message: BackMsg) -> None:
        await self._socket.send(message.SerializeToString())

    async def _until(self, holds: Callable[[ForwardMsg], bool]) -> ForwardMsg:
        """Read messages until one is the one that is waited for."""
        while True:
            try:
                data = await asyncio.wait_for(self._socket.recv(), self._patience)
            except (websockets.ConnectionClosed, TimeoutError) as error:
                raise Broken(f"{type(error).__name__}: {error}") from error
            message = ForwardMsg()
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            if message.WhichOneof("type") == "ref_hash":
                message = self._cache[message.ref_hash]
            elif message.hash:
                self._cache[message.hash] = message
            if holds(message):
                return message
