"""Every "no" of the house is a refusal: a type named after the fact that stands in the way."""


class Refusal(Exception):
    """The command was refused and nothing has changed.

    Refusals carry identifiers only, never names, addresses or message text: errors end in logs.
    """
