"""Files go with a message, once, and are taken by its two ends only, as long as it lives."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.attachment import (
    USUAL_LIMITS,
    Attachment,
    AttachmentLimits,
    FileIsTooLarge,
    FilesAreTooLarge,
    NoSuchAttachment,
    QuotaIsUsedUp,
    SealedFile,
    TooManyFiles,
)
from domain.message import Message, MessageHasEnded, MessageWasRecalled, NoSuchMessage
from domain.refusal import Refusal
from domain.uploads import FileWasSent, UploadIsNotWhole
from tests.domain.people import (
    ADA,
    ADA_PAYS,
    BEN,
    BEN_IS_FREE,
    BENS_ADDRESS,
    CARLA,
    MESSAGE,
    MOMENT,
    NOW,
    REPLY,
    SAMPLE_DENTAL_IS_OPEN,
    written,
)
from tests.domain.rules import Rules
from tests.scenario import Fact, Outcome, fact

SCAN = UUID("00000000-0000-0000-0000-00000000dd01")
MODEL = UUID("00000000-0000-0000-0000-00000000dd02")
END = NOW + timedelta(days=30)


@pytest.fixture
def practice(rules: Rules) -> Rules:
    return rules.given(*SAMPLE_DENTAL_IS_OPEN, *ADA_PAYS, *BEN_IS_FREE)


def send(rules: Rules, *files: UUID, message_id: UUID = MESSAGE) -> Outcome:
    return rules.when(
        lambda: rules.corresponding.send(
            message_id=message_id,
            sender_id=ADA,
            to=BENS_ADDRESS,
            role=None,
            subject="A scan",
            body="Please look.",
            attachment_ids=files,
            at=NOW,
        )
    )


def attached(file: SealedFile, *, message_id: UUID = MESSAGE) -> Fact:
    return fact(
        Attachment.FileAttached,
        file.attachment_id,
        by=ADA,
        at=NOW,
        message_id=message_id,
        recipient_id=BEN,
        name=file.name,
        length=file.length,
        kind=file.kind,
        digest=file.digest,
    )


def test_files_go_with_a_message_in_one_append_and_in_their_order(practice: Rules):
    model = practice.uploads.arrived(MODEL, owner_id=ADA)
    scan = practice.uploads.arrived(SCAN, owner_id=ADA)
    sent = send(practice, SCAN, MODEL).appended
    assert [one.event for one in sent[:1]] == [Message.MessageSent]
    assert sent[1:] == [
        fact(Message.FilesAttached, MESSAGE, by=ADA, at=NOW, attachment_ids=[SCAN, MODEL]),
        attached(scan),
        attached(model),
    ]


def test_a_message_without_files_says_nothing_of_them(practice: Rules):
    assert [one.event for one in send(practice).appended] == [Message.MessageSent]


def test_a_free_account_replies_with_files(practice: Rules):
    practice.given(written(MESSAGE, ADA, BEN, at=NOW))
    practice.uploads.arrived(SCAN, owner_id=BEN)
    replied = practice.when(
        lambda: practice.corresponding.reply(
            message_id=REPLY,
            sender_id=BEN,
            to_message_id=MESSAGE,
            body="Here it is.",
            attachment_ids=[SCAN],
            at=NOW,
        )
    )
    assert [one.event for one in replied.appended] == [
        Message.MessageSent,
        Message.FilesAttached,
        Attachment.FileAttached,
    ]


def test_what_has_not_arrived_or_is_somebody_elses_does_not_go(practice: Rules):
    practice.uploads.arrived(SCAN, owner_id=BEN)
    send(practice, SCAN).refused(UploadIsNotWhole)
    send(practice, MODEL).refused(UploadIsNotWhole)


def test_a_file_goes_with_one_message_only(practice: Rules):
    practice.uploads.arrived(SCAN, owner_id=ADA)
    send(practice, SCAN)
    send(practice, SCAN, message_id=REPLY).refused(FileWasSent)
    send(practice, SCAN).then()


@pytest.mark.parametrize(
    ("lengths", "refusal"),
    [
        ([251 << 20], FileIsTooLarge),
        ([250 << 20] * 5, FilesAreTooLarge),
        ([1] * 21, TooManyFiles),
    ],
)
def test_more_than_the_limits_does_not_go(
    practice: Rules, lengths: list[int], refusal: type[Refusal]
):
    ids = [UUID(int=SCAN.int + number) for number in range(len(lengths))]
    for one, length in zip(ids, lengths, strict=True):
        practice.uploads.arrived(one, owner_id=ADA, length=length)
    send(practice, *ids).refused(refusal)


def test_no_file_goes_if_one_of_them_went_before(practice: Rules):
    for one in (SCAN, MODEL):
        practice.uploads.arrived(one, owner_id=ADA)
    send(practice, SCAN)
    send(practice, SCAN, MODEL, message_id=REPLY).refused(FileWasSent)
    send(practice, MODEL, SCAN, message_id=REPLY).refused(FileWasSent)


def test_the_limits_themselves_are_allowed():
    allowed = ([250 << 20] * 4 + [24 << 20], [1] * 20, [])
    assert [USUAL_LIMITS.require(lengths) for lengths in allowed] == [None] * 3


def test_a_practice_keeps_as_much_as_its_quota_and_no_byte_more():
    limits = AttachmentLimits(file=10, message=20, count=3, quota=100)
    limits.require_quota(90, 10)
    with pytest.raises(QuotaIsUsedUp):
        limits.require_quota(90, 11)


def download(rules: Rules, *, by: UUID = BEN, at=NOW) -> Outcome:
    return rules.when(lambda: rules.attaching.download(SCAN, by=by, at=at))


@pytest.fixture
def sent_scan(practice: Rules) -> Rules:
    practice.uploads.arrived(SCAN, owner_id=ADA)
    send(practice, SCAN)
    return practice


@pytest.mark.parametrize("reader", [ADA, BEN])
def test_each_download_by_either_end_is_recorded(sent_scan: Rules, reader: UUID):
    taken = fact(Attachment.AttachmentDownloaded, SCAN, by=reader, at=NOW)
    download(sent_scan, by=reader).then(taken)
    download(sent_scan, by=reader).then(taken)


def test_nobody_else_takes_a_file(sent_scan: Rules):
    download(sent_scan, by=CARLA).refused(NoSuchMessage)


def test_a_file_that_does_not_exist_is_not_taken(practice: Rules):
    download(practice).refused(NoSuchAttachment)


def test_two_who_take_a_file_at_once_are_both_recorded(sent_scan: Rules):
    taken = [fact(Attachment.AttachmentDownloaded, SCAN, by=one, at=NOW) for one in (ADA, BEN)]
    sent_scan.log.rivals.append(lambda: sent_scan.attaching.download(SCAN, by=ADA, at=NOW))
    download(sent_scan, by=BEN).then(*taken)


def test_no_file_is_taken_once_its_message_is_over(sent_scan: Rules):
    taken = fact(Attachment.AttachmentDownloaded, SCAN, by=BEN, at=END - MOMENT)
    download(sent_scan, at=END - MOMENT).then(taken)
    download(sent_scan, at=END).refused(MessageHasEnded)


def test_no_file_is_taken_of_a_message_that_was_recalled(sent_scan: Rules):
    sent_scan.ending.recall(message_ids=[MESSAGE], reason="Wrong Ben.", by=ADA, at=NOW)
    download(sent_scan).refused(MessageWasRecalled)


def test_damage_is_recorded_once(sent_scan: Rules):
    report = sent_scan.attaching.report_damage
    found = fact(Attachment.AttachmentFoundDamaged, SCAN, by=BEN, at=NOW)
    sent_scan.when(lambda: report(SCAN, by=BEN, at=NOW)).then(found)
    sent_scan.when(lambda: report(SCAN, by=ADA, at=NOW)).then()


def test_damage_that_two_find_at_once_is_recorded_once(sent_scan: Rules):
    report = sent_scan.attaching.report_damage
    found = fact(Attachment.AttachmentFoundDamaged, SCAN, by=ADA, at=NOW)
    sent_scan.log.rivals.append(lambda: report(SCAN, by=ADA, at=NOW))
    sent_scan.when(lambda: report(SCAN, by=BEN, at=NOW)).then(found)


def test_a_file_that_does_not_exist_is_not_damaged(practice: Rules):
    practice.when(lambda: practice.attaching.report_damage(SCAN, by=BEN, at=NOW)).refused(
        NoSuchAttachment
    )
