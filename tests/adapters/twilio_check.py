"""The stand-in of Twilio against the vendor's own document, with a copy of it at hand.

    .venv/bin/python -m tests.adapters.twilio_check twilio_api_v2010.json

The document is in the public repository twilio/twilio-oai as `spec/json/twilio_api_v2010.json`, and
in Twilio's own package @twilio/cli-core for JavaScript. No package for Python carries it, so this
is no part of `make test`. It was last done with the documents of cli-core 8.3.2 and 9.0.0.
"""

import json
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator

from adapters.sandbox.twilio_server import TwilioSandbox, create_app
from adapters.spoken_words import twiml
from adapters.twilio_texter import VENDOR
from tests.adapters.twilio.vendor import ACCOUNT, OURS, TOKEN

FORM = "application/x-www-form-urlencoded"
RESOURCES = {
    "Messages": {"To": "+12025550123", "From": OURS, "Body": "Your code is 409316."},
    "Calls": {"To": "+12025550123", "From": OURS, "Twiml": twiml("Your code is 409316.")},
}
CAME_LATER = {"api.v2010.account.call": {"stir_verstat": {"type": "string", "nullable": True}}}
"""What the vendor's package for Python (9.13) reads, and the document does not have yet."""


def read_document(path: Path) -> dict[str, Any]:
    """Return the document, strict about what it names."""
    whole: dict[str, Any] = json.loads(path.read_text())
    for name, added in CAME_LATER.items():
        whole["components"]["schemas"][name]["properties"].update(added)
    for schema in whole["components"]["schemas"].values():
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
            schema["required"] = list(schema.get("properties", {}))
        for each in schema.get("properties", {}).values():
            allow_null_where_the_vendors_own_examples_have_it(each)
    return whole


def allow_null_where_the_vendors_own_examples_have_it(schema: dict[str, Any]) -> None:
    if "pattern" in schema and schema.get("nullable"):
        schema["anyOf"] = [{"pattern": schema.pop("pattern")}, {"enum": [None]}]


def objections(document: dict[str, Any], value: object, schema: dict[str, Any]) -> list[str]:
    whole = {"allOf": [schema], "components": document["components"]}
    return [f"{e.json_path}: {e.message}" for e in OAS30Validator(whole).iter_errors(value)]


def objections_to(document: dict[str, Any], resource: str, form: dict[str, str]) -> list[str]:
    """Return what the document has against what we send, and what the stand-in answers."""
    path = document["paths"][f"/2010-04-01/Accounts/{{AccountSid}}/{resource}.json"]
    asked = path["post"]["requestBody"]["content"][FORM]["schema"]
    found = objections(document, form, {**asked, "additionalProperties": False})
    if path["servers"] != [{"url": VENDOR}]:
        found.append(f"the vendor is at {path['servers']}")
    client = create_app(TwilioSandbox(ACCOUNT, TOKEN)).test_client()
    answer = client.post(
        f"/2010-04-01/Accounts/{ACCOUNT}/{resource}.json", data=form, auth=(ACCOUNT, TOKEN)
    )
    [(status, response)] = path["post"]["responses"].items()
    content = response["content"]["application/json"]
    found += objections(document, answer.get_json(), content["schema"])
    if answer.status_code != int(status):
        found.append(f"answered {answer.status_code} instead of {status}")
    parsedate_to_datetime(answer.get_json()["date_created"])
    return found


def main() -> int:
    """Say what the document has against us; return how much."""
    document = read_document(Path(sys.argv[1]))
    found = [
        f"{resource}: {one}"
        for resource, form in RESOURCES.items()
        for one in objections_to(document, resource, form)
    ]
    print("\n".join(found) or "The document has nothing against it.")  # noqa: T201 - a command
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
