"""What is asked of the table `attachments.file`, statement by statement."""

COLUMNS = "attachment_id, name, length, received, parts, digest, tail, kind"

WITHOUT_TAIL = COLUMNS.replace("tail", "''::bytea AS tail")
"""For those who only look: a tail may have a megabyte."""

LENGTHS = """
SELECT coalesce(length, received) FROM attachments.file
WHERE form_id = %(form_id)s AND owner_id = %(owner_id)s AND removed_at IS NULL
"""

KEPT = """
SELECT coalesce(sum(coalesce(length, received)), 0), count(*) FILTER (
    WHERE owner_id = %(owner_id)s AND touched_at > %(at)s - %(unsent_for)s
        AND NOT EXISTS (SELECT FROM inbox.file AS sent
                        WHERE sent.attachment_id = file.attachment_id)
)
FROM attachments.file WHERE account_id = %(account_id)s
"""

INSERT = """
INSERT INTO attachments.file (
    attachment_id, owner_id, account_id, form_id, name, length, touched_at
) VALUES (
    %(attachment_id)s, %(owner_id)s, %(account_id)s, %(form_id)s, %(name)s, %(length)s, %(at)s
)
"""

OF_FORM = f"""
SELECT {WITHOUT_TAIL} FROM attachments.file
WHERE form_id = %s AND owner_id = %s AND removed_at IS NULL ORDER BY number
"""  # noqa: S608 - our own words

FIND = f"""
SELECT {WITHOUT_TAIL} FROM attachments.file
WHERE attachment_id = %s AND owner_id = %s AND removed_at IS NULL
"""  # noqa: S608

TAKE = f"""
UPDATE attachments.file
SET writer = %(writer)s, writing_until = %(until)s, touched_at = %(at)s
WHERE attachment_id = %(id)s AND owner_id = %(owner)s AND removed_at IS NULL
    AND received = %(offset)s AND kind IS NULL AND (writer IS NULL OR writing_until < %(at)s)
RETURNING {COLUMNS}
"""  # noqa: S608

KEEP = """
UPDATE attachments.file
SET received = %(received)s, parts = %(parts)s, digest = %(digest)s, tail = %(tail)s,
    writing_until = %(until)s, touched_at = %(at)s
WHERE attachment_id = %(id)s AND writer = %(writer)s AND received = %(before)s
    AND removed_at IS NULL
"""

RENEW = """
UPDATE attachments.file SET writing_until = %(until)s, touched_at = %(at)s
WHERE attachment_id = %(id)s AND writer = %(writer)s AND removed_at IS NULL
"""

COMPLETE = """
UPDATE attachments.file
SET length = %(received)s, received = %(received)s, parts = %(parts)s, digest = %(digest)s,
    tail = '', name = %(name)s, kind = %(kind)s, preview = %(preview)s, writer = NULL
WHERE attachment_id = %(id)s AND writer = %(writer)s AND received = %(before)s
    AND removed_at IS NULL
"""

WHOLE = f"""
UPDATE attachments.file SET touched_at = %(at)s
WHERE attachment_id = ANY(%(ids)s) AND owner_id = %(owner)s AND kind IS NOT NULL
    AND removed_at IS NULL
RETURNING {COLUMNS}
"""  # noqa: S608
