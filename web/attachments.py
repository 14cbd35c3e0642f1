"""Files that are chosen in a form: listed, added, removed, and sent with it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from domain.attachment import file_name
from domain.refusal import Refusal
from domain.uploads import FileWasSent, Upload
from web.access import person
from web.file_words import FILE_REFUSED, limits_in_words, words_for
from web.form import Form
from web.form_files import arrivals, remove_quietly
from web.portal import portal


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file in a form, with its name opened."""

    upload: Upload
    name: str


def chosen_files(form: Form) -> list[ChosenFile]:
    """Return the files that were chosen in a form."""
    form_id = form_id_of(form)
    if form_id is None:
        return []
    found = portal().uploads.of_form(form_id, owner_id=person().user_id)
    names = portal().vault.open_all([(one.name, file_name(one.attachment_id)) for one in found])
    return [ChosenFile(one, name or "file") for one, name in zip(found, names, strict=True)]


def chosen_ids(form: Form) -> list[UUID]:
    """Return the identifiers of the files that were chosen in a form."""
    form_id = form_id_of(form)
    found = portal().uploads.of_form(form_id, owner_id=person().user_id) if form_id else []
    return [one.attachment_id for one in found]


def form_id_of(form: Form) -> UUID | None:
    """Return the hidden name of a form, None if it is none."""
    try:
        return UUID(form["form_id"])
    except ValueError:
        return None


def only_files_change() -> bool:
    """Say whether somebody adds or removes files and sends nothing yet."""
    return "add" in request.form or "remove" in request.form


def with_files(form: Form) -> Form:
    """Take over the files that came with a form, and remove what its writer removes."""
    remove = request.form.get("remove", "")
    for upload in chosen_ids(form):
        if str(upload) == remove:
            remove_quietly(upload)
    came, form_id = arrivals(), form_id_of(form)
    if came is None or form_id is None:
        return form
    problems = list(came.problems)
    whole = came.taken_over()
    if whole:
        try:
            portal().uploads.move(whole, owner_id=person().user_id, form_id=form_id)
        except FILE_REFUSED as refusal:
            problems.append(words_for(refusal))
            for one in whole:
                remove_quietly(one)
    return form.refused(files=" ".join(dict.fromkeys(problems))) if problems else form


def files_refused(form: Form, refusal: Refusal) -> Form:
    """Return the form with what is wrong with its files; what was sent is not listed again."""
    if isinstance(refusal, FileWasSent):
        form = form.begun_anew(portal().new_id())
    return form.refused(files=words_for(refusal))


def file_choices(form: Form) -> dict[str, Any]:
    """Return what a form needs to ask for files."""
    return {
        "chosen_files": chosen_files(form),
        "file_limits": limits_in_words(),
        "most_bytes": portal().attaching.limits.file,
    }
