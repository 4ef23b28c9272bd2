"""Where pictures come in: the drop zone and the camera. What arrives waits its turn in the session."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from artml.errors import LabellingError
from artml.images import printable
from artml.jobs.uploads import Sent, is_foreign, sent
from artml.settings import settings
from artml.turnstile import admit
from artml.web.identity import current_person
from artml.web.wall import Refused

UNNAMED: Final = "A picture"
MANY: Final = "Those are many pictures within a minute."


class Arrival(NamedTuple):
    """A file, and what to call it."""

    name: str
    file: UploadedFile


@dataclass
class Arrivals:
    """The door of one session. Each delivery empties the drop zone, so that it is ready for the next."""

    room: str = ""
    """Tells the door of one page from that of another."""
    words: tuple[str, str] = ("Drop a picture here", "or drop the next picture here")
    """What stands in the empty frame, and beside the next."""
    delivery: int = 0
    camera: bool = False
    waiting: list[Arrival] = field(default_factory=list)

    def collect(self) -> list[Arrival]:
        """Take what was just dropped or photographed; it waits until `done`.

        Call it before the drop zone is drawn: an interrupted run finds the same files again.
        """
        dropped: list[UploadedFile] = st.session_state.get(self._key("drop")) or []
        photo: UploadedFile | None = st.session_state.get(self._key("camera"))
        new = [Arrival(printable(file.name) or UNNAMED, file) for file in dropped]
        if photo:
            new.append(Arrival("Your photograph", photo))
        if new:
            self.waiting = new
            self.delivery += 1
            self.camera = False
        return self.waiting

    def done(self) -> None:
        """Forget the bytes of what was looked at; Streamlit would keep them until the session ends."""
        context = get_script_run_ctx()
        if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
            for arrival in self.waiting:
                context.uploaded_file_mgr.remove_file(context.session_id, arrival.file.file_id)
        self.waiting = []

    def draw(self, *, large: bool) -> None:
        """Draw the drop zone (`large`: as the empty frame on the wall) and the way to the camera."""
        with st.container(key="frame" if large else "next"):
            if self.camera:
                st.camera_input("Take a photograph of the painting", key=self._key("camera"))
            else:
                st.file_uploader(
                    self.words[0 if large else 1],
                    accept_multiple_files=True,
                    key=self._key("drop"),
                    max_upload_size=settings().max_mebibytes,
                )
            other = "Use a file instead" if self.camera else "Use the camera"
            st.button(other, key="camera-switch", type="tertiary", on_click=self._switch)

    def _switch(self) -> None:
        self.camera = not self.camera

    def _key(self, way: str) -> str:
        return f"{self.room}{way}-{self.delivery}"


def held_bytes() -> int:
    """Bytes of files that were sent to pages and lie in memory, until their page has done with them."""
    if not runtime.exists():
        return 0
    manager = runtime.get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    return sum(stat.byte_length for family in manager.get_stats().values() for stat in family)


def unpacked(arrivals: list[Arrival]) -> tuple[list[Sent], list[Refused]]:
    """The files that arrived, those in a ZIP one by one, and a sentence for each ZIP that is refused."""
    files: list[Sent] = []
    refused: list[Refused] = []
    for name, file in arrivals:
        file.seek(0)  # an interrupted run has read it
        try:
            held = list(sent(name, file, file.size))
        except LabellingError as error:
            refused.append(Refused(str(error)))
            continue
        if held and held[0].name != name:  # a ZIP
            held = [each for each in held if not is_foreign(each.name)]
        if not held:
            refused.append(Refused(f"{name} holds no picture."))
        files += [each._replace(name=printable(each.name) or UNNAMED) for each in held]
    return files, refused


def make_room(files: list[Sent]) -> tuple[list[Sent], list[Refused]]:
    """Those of the files that may be looked at now, and a sentence if some had to stay outside.

    They are `max_uploads` at most, and of a visitor no more than `max_uploads_minute` allows.
    """
    most = settings().max_uploads
    for number in range(min(len(files), most)):
        if wait := wait_of_visitor():
            return files[:number], [Refused(f"{MANY} Bring the rest in {wait} seconds.")]
    outside = len(files) - most
    if outside <= 0:
        return files, []
    sentence = f"There is room for {most} pictures at once: {outside} had to stay outside."
    return files[:most], [Refused(sentence)]


def wait_of_visitor() -> int:
    """Seconds until whoever asks may bring the next picture; 0: now. People who work here never wait."""
    if current_person().roles:
        return 0
    return admit(st.context.ip_address or "this machine", "page")
