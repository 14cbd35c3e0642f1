"""The stand-in of Twilio against the vendor's own document, with a copy of it at hand.

    TWILIO_DOCUMENT=twilio_api_v2010.json .venv/bin/pytest tests/adapters/twilio_check.py

The document is in the public repository twilio/twilio-oai as `spec/json/twilio_api_v2010.json`, and
in Twilio's own package @twilio/cli-core for JavaScript. No package for Python carries it, so this
is no part of `make test`. It was last done with the documents of cli-core 8.3.2 and 9.0.0.
"""

import functools
import json
import os
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from openapi_schema_validator import OAS30Validator

from adapters.sandbox.twilio_server import TwilioSandbox, create_app
from adapters.spoken_words import twiml
from adapters.twilio_texter import VENDOR
from tests.adapters.twilio.vendor import ACCOUNT, OURS, TOKEN

FORM = "application/x-www-form-urlencoded"
TEXT = {"To": "+12025550123", "From": OURS, "Body": "Your code is 409316."}
CALL = {"To": "+12025550123", "From": OURS, "Twiml": twiml("Your code is 409316.")}
CAME_LATER = {"api.v2010.account.call": {"stir_verstat": {"type": "string", "nullable": True}}}
"""What the vendor's package for Python (9.13) reads, and the document does not have yet."""
RESOURCES = pytest.mark.parametrize(
    ("resource", "form"), [("Messages", TEXT), ("Calls", CALL)], ids=["text", "call"]
)


@functools.cache
def document():
    """Return the document, or end everything."""
    path = os.environ.get("TWILIO_DOCUMENT", "")
    if not path:
        pytest.exit("Set TWILIO_DOCUMENT to a copy of twilio_api_v2010.json.", returncode=2)
    whole = json.loads(Path(path).read_text())
    for name, added in CAME_LATER.items():
        whole["components"]["schemas"][name]["properties"].update(added)
    for schema in whole["components"]["schemas"].values():
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
            schema["required"] = list(schema.get("properties", {}))
        for each in schema.get("properties", {}).values():
            _allow_null_where_the_vendors_own_examples_have_it(each)
    return whole


def _allow_null_where_the_vendors_own_examples_have_it(schema) -> None:
    if "pattern" in schema and schema.get("nullable"):
        schema["anyOf"] = [{"pattern": schema.pop("pattern")}, {"enum": [None]}]


def operation(resource: str):
    return document()["paths"][f"/2010-04-01/Accounts/{{AccountSid}}/{resource}.json"]["post"]


def objections(value: object, schema) -> list[str]:
    whole = {"allOf": [schema], "components": document()["components"]}
    return [f"{e.json_path}: {e.message}" for e in OAS30Validator(whole).iter_errors(value)]


@RESOURCES
class TestTheVendorsDocument:
    def test_what_we_send_is_what_the_document_knows(self, resource: str, form: dict[str, str]):
        schema = operation(resource)["requestBody"]["content"][FORM]["schema"]
        assert objections(form, {**schema, "additionalProperties": False}) == []
        path = document()["paths"][f"/2010-04-01/Accounts/{{AccountSid}}/{resource}.json"]
        assert path["servers"] == [{"url": VENDOR}]

    def test_an_answer_of_the_stand_in_is_one_of_the_vendors(
        self, resource: str, form: dict[str, str]
    ):
        client = create_app(TwilioSandbox(ACCOUNT, TOKEN)).test_client()
        answer = client.post(
            f"/2010-04-01/Accounts/{ACCOUNT}/{resource}.json", data=form, auth=(ACCOUNT, TOKEN)
        )
        [(status, response)] = operation(resource)["responses"].items()
        assert answer.status_code == int(status)
        content = response["content"]["application/json"]
        assert objections(answer.get_json(), content["schema"]) == []
        assert parsedate_to_datetime(answer.get_json()["date_created"]).tzinfo
        for example in content["examples"].values():
            parts = example["value"]["subresource_uris"]
            assert answer.get_json()["subresource_uris"].keys() == parts.keys()
