"""All commands of the house over one log in memory, with the doubles of its ports."""

from dataclasses import dataclass, field

from domain.attaching import Attaching
from domain.attachment import USUAL_LIMITS
from domain.changing_email import ChangingEmail
from domain.clearing import Clearing
from domain.corresponding import Corresponding
from domain.destroying import Destroying
from domain.ending import Ending
from domain.erasing import Erasing
from domain.hearing import Hearing
from domain.holding import Holding
from domain.invitations import Invitations
from domain.inviting import Inviting
from domain.pricing import Pricing
from domain.proving import Proving
from domain.purchasing import Purchasing
from domain.reconciling import Reconciling
from domain.registering import Registering
from domain.reminding import Reminding
from domain.renewing import Renewing
from domain.settling import Settling
from domain.signing_in import SigningIn
from domain.stopping import Stopping
from domain.subscribing import Subscribing
from tests.domain.contested import ContestedLog
from tests.domain.people import VAULT
from tests.doubles.billing import MemoryBilling
from tests.doubles.credentials import MemoryCredentials, MemoryLinks, MemoryPasswords
from tests.doubles.devices import MemoryDevices
from tests.doubles.phone_codes import MemoryCodePace, MemoryPhoneCodes
from tests.doubles.shredder import MemoryShredder
from tests.doubles.uploads import MemoryUploads
from tests.doubles.vault import MemoryVault
from tests.scenario import Scenario


@dataclass
class Rules(Scenario):
    log: ContestedLog = field(default_factory=ContestedLog)
    vault: MemoryVault = field(default_factory=lambda: VAULT)
    links: MemoryLinks = field(default_factory=MemoryLinks)
    billing: MemoryBilling = field(default_factory=MemoryBilling)
    codes: MemoryPhoneCodes = field(default_factory=MemoryPhoneCodes)

    def __post_init__(self) -> None:
        self.passwords = MemoryPasswords(self.links)
        self.inviting = Inviting(self.log, self.vault)
        self.proving = Proving(self.log, self.vault, self.codes, MemoryCodePace(), self.passwords)
        self.registering = Registering(
            self.log, self.vault, self.links, self.passwords, self.inviting, self.proving
        )
        self.devices = MemoryDevices()
        self.signing_in = SigningIn(self.log, self.passwords, self.inviting, self.devices)
        self.uploads = MemoryUploads(self.vault)
        self.attaching = Attaching(self.log, self.uploads, USUAL_LIMITS)
        self.corresponding = Corresponding(self.log, self.vault, self.inviting, self.attaching)
        self.clearing = Clearing(self.log, self.billing)
        self.purchasing = Purchasing(self.log, self.billing, self.clearing)
        self.renewing = Renewing(self.log, self.billing, self.clearing)
        self.subscribing = Subscribing(self.log, self.billing)
        self.hearing = Hearing(self.log, self.billing, self.clearing, self.subscribing)
        self.reconciling = Reconciling(self.log, self.billing, self.clearing, self.hearing)
        self.pricing = Pricing(self.log)
        self.shredder = MemoryShredder(self.vault)
        self.credentials = MemoryCredentials(self.links, self.passwords, self.codes)
        self.ending = Ending(self.log, self.vault, self.shredder)
        self.holding = Holding(self.log, self.vault, self.shredder)
        self.erasing = Erasing(self.log, self.shredder)
        self.destroying = Destroying(self.log, self.shredder, self.credentials, self.uploads)
        self.invitations = Invitations(self.log, self.vault, self.shredder, self.inviting)
        self.reminding = Reminding(self.log)
        self.settling = Settling(self.log)
        self.stopping = Stopping(self.log, self.links)
        self.changing_email = ChangingEmail(
            self.log, self.vault, self.links, self.passwords, self.inviting
        )
