"""People whose every word exists nowhere else, and the whole of what they do with SecureMail.

They invite, register, read, reply, buy, mistype, forget their passwords, and end their sessions.
"""

from dataclasses import dataclass

from tests.fixtures.files import archive, jpeg
from tests.fixtures.house import House, Visitor
from tests.web.test_uploads import upload


@dataclass(frozen=True)
class Person:
    """Somebody whose every word is a canary."""

    name: str
    address: str
    phone: str
    password: str

    def words(self) -> list[str]:
        digits = "".join(letter for letter in self.phone if letter.isdecimal())
        local_part = self.address.partition("@")[0]
        return [self.name, *self.name.split(), self.address, local_part, digits, self.password]


ADA = Person(
    "Adelgunde Zaunkönigin",
    "adelgunde.zk@vogelwarte.example",
    "(202) 555-0171",
    "quendel-mistral-orbit-8842",
)
BEN = Person(
    "Benediktus Rohrdommel",
    "benediktus.rd@vogelwarte.example",
    "(202) 555-0182",
    "Grauammer\N{BIRD} unter Sternen 77",
)
CARLA = Person(
    "Carlotta Wiedehöpfin",
    "carlotta.wh@brieftaube.example",
    "(202) 555-0193",
    "neuntöter-im-schlehdorn-51",
)
PEOPLE = (ADA, BEN, CARLA)

TO_BEN = ("Wurzelspitzenresektion Donnerstag", "Bitte Nüchternheit besprechen.\nGoldhähnchen")
TO_CARLA = ("Befundbericht Quirinusfistel", "<b>Amoxicillin-Überempfindlichkeit</b> & Ödem")
FROM_BEN = "Heuschreckenschwirl \N{TOOTH} beantwortet"
FROM_CARLA = "Sumpfrohrsängerfrage zur Narkose"
UNSENT = ("Ziegenmelkerverdacht", "Nachtschwalbendiagnose")
WRONG_PASSWORD = "Kernbeißerfalschwort-9"
NEW_PASSWORD = "Sperlingskauz-und-mondlicht-6"
NOBODYS_ADDRESS = "niemandsvogel@nirgends.example"

FILE_NAME = "Panoramaaufnahme Trauerschnäpper.jpg"
REMARK = "Karmingimpelbefund links unten"
"""Stands inside a picture, as cameras leave remarks there."""

REPORT_NAME = "Schwarzkehlchengutachten.zip"
REPORT = "Steinschmätzerprotokoll"

WORDS = [
    *[word for person in PEOPLE for word in person.words()],
    *[text for subject_and_body in (TO_BEN, TO_CARLA, UNSENT) for text in subject_and_body],
    *("Wurzelspitzenresektion", "Nüchternheit", "Goldhähnchen", "Befundbericht"),
    *("Quirinusfistel", "Amoxicillin", "Überempfindlichkeit"),
    *(FROM_BEN, FROM_CARLA, "Heuschreckenschwirl", "Sumpfrohrsängerfrage"),
    *(WRONG_PASSWORD, NEW_PASSWORD, NOBODYS_ADDRESS),
    *(FILE_NAME, "Panoramaaufnahme", "Trauerschnäpper", REMARK, "Karmingimpelbefund"),
    *(REPORT_NAME, "Schwarzkehlchengutachten", REPORT),
]


@dataclass
class Guest:
    """One of our people at a browser."""

    who: Person
    visitor: Visitor

    def register(self) -> None:
        house = self.visitor.house
        registered = self.visitor.post(
            house.link(self.who.address, "register"),
            address=self.who.address,
            cell_phone=self.who.phone,
            full_name=self.who.name,
            accepts_terms="yes",
        )
        assert registered.status_code == 303, registered.text
        self.set_password(self.who.password)

    def set_password(self, password: str) -> None:
        link = self.visitor.house.link(self.who.address, "password")
        assert self.visitor.post(link, password=password).status_code == 303
        assert self.visitor.sign_in(self.who.address, password).status_code == 303

    def write(self, to: Person, role: str, subject: str, body: str) -> None:
        """Write with two files, one of which has a small picture."""
        form_id = self.visitor.form_id()
        for name, content in files().items():
            assert upload(self.visitor, content, name, form_id).status_code == 204
        sent = self.visitor.compose(to.address, role, subject=subject, body=body, form_id=form_id)
        assert sent.status_code == 303, sent.text

    def read_and_reply(self, body: str) -> None:
        [first] = self.visitor.page("/inbox").select("a[href^='/messages/']")[:1]
        path = str(first["href"])
        page = self.visitor.page(path)
        assert len(page.select("ul.attached img")) == 1
        for link in page.select("ul.attached a"):
            assert self.visitor.get(str(link["href"])).status_code == 200
        replied = self.visitor.post(f"{path}/reply", body=body, form_id=self.visitor.form_id())
        assert replied.status_code == 303, replied.text


def files() -> dict[str, bytes]:
    """Return two files by name, with remarks inside."""
    return {
        FILE_NAME: jpeg(comment=REMARK.encode()),
        REPORT_NAME: archive({f"{REPORT}.txt": REPORT.encode() * 50}),
    }


def live(house: House) -> None:
    """Let the whole journey happen: invite, register, read, reply, buy, invite, mistype, reset."""
    house.open_practice("Sample Dental", ADA.address, ADA.name)
    ada, ben, carla = (Guest(person, house.visitor()) for person in PEOPLE)
    ada.register()
    ada.write(BEN, "staff-in-my-practice", *TO_BEN)
    ben.register()
    ben.read_and_reply(FROM_BEN)
    house.buy(ben.visitor)
    ben.write(CARLA, "patient", *TO_CARLA)
    carla.register()
    carla.read_and_reply(FROM_CARLA)
    mistype(house, ada)
    forget(house, carla)
    for guest in (ada, ben, carla):
        for path in ("/dashboard", "/inbox", "/sent", "/account", "/practice"):
            guest.visitor.get(path)
    ada.visitor.post("/sign-out")


def mistype(house: House, ada: Guest) -> None:
    """Do what people do wrong, with forms full of canaries."""
    stranger = house.visitor()
    assert stranger.sign_in(ADA.address, WRONG_PASSWORD).status_code == 422
    assert stranger.sign_in(NOBODYS_ADDRESS, WRONG_PASSWORD).status_code == 422
    assert stranger.sign_in(WRONG_PASSWORD, ADA.address).status_code == 422
    stranger.post("/forgot-password", address=NOBODYS_ADDRESS)
    stranger.get(f"/messages/{ADA.address}?next={BEN.address}")
    subject, body = UNSENT
    both = f"{BEN.address}, {CARLA.address}"
    assert ada.visitor.compose(both, "", subject=subject, body=body).status_code == 422
    assert ada.visitor.compose(ADA.address, "", subject=subject, body=body).status_code == 422
    ada.visitor.client.post("/compose", data={"to": BEN.address, "subject": subject, "body": body})


def forget(house: House, carla: Guest) -> None:
    house.clock.forward(minutes=1)
    house.visitor().post("/forgot-password", address=CARLA.address)
    carla.set_password(NEW_PASSWORD)
