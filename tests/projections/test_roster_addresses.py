"""The roster: which address is hers now?"""

from domain.ports import personal, place_of
from domain.user import User
from projections.roster import Roster
from tests.projections.town import ADA, ADAS_ADDRESS, Town


def test_a_confirmed_address_is_the_one_that_she_is_known_by(town: Town):
    roster, new = Roster(town.stores.pool), "ada@new.example"
    user = town.stores.log.repository.get(ADA)
    assert isinstance(user, User)
    version = user.version + 1
    user.change_email(
        town.vault.seal(new, personal(ADA, "email", version)),
        former=town.vault.seal(ADAS_ADDRESS, personal(ADA, "former_email", version)),
        at=town.tick(),
    )
    town.stores.log.save(user)
    town.tick()
    person = roster.person(ADA)
    assert person is not None
    assert town.vault.open(person.email, place_of(person.email, ADA, "email")) == new
