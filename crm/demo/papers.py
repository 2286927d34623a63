"""Numbers of documents, telephones and cards. Their checksums are right and nobody can hold them: the area code 99,
the telephone ranges 161, 163, 164 and 169 and the card range 9900 are given to no one."""

import numpy as np

from crm.demo.kinds import Days, Flags, Ints, Texts, texts

AREAS = 9973
PHONE_RANGES = (161, 163, 164, 169)
ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
ID_CHECK = texts(list("10X98765432"))
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])


def digits(numbers: Ints, width: int) -> Ints:
    """The decimal digits of each number, most significant first, in `width` columns."""
    return numbers[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10


def padded(numbers: Ints, width: int) -> Texts:
    """Numbers as text with leading zeros."""
    return texts([f"{number:0{width}d}" for number in numbers.tolist()])


def identity_numbers(clients: Ints, *, born_on: Days, women: Flags) -> Texts:
    """Eighteen-digit identity numbers with a right check character, unique for five million clients."""
    day_number = _compact(born_on)
    sequence = (clients // AREAS % 500) * 2 + np.where(women, 0, 1)
    body = ((990_000 + clients % AREAS) * 10**8 + day_number) * 1000 + sequence
    check = digits(body, 17) @ ID_WEIGHTS % 11
    return texts(padded(body, 17) + ID_CHECK[check])


def upgraded_from(identity: Texts) -> Texts:
    """The fifteen-digit form that the same person held before 1999 (P5)."""
    return texts([number[:6] + number[8:17] for number in identity])


def credit_codes(clients: Ints) -> Texts:
    """Unified social credit codes: 91, an area nobody has, an organisation code and both check characters."""
    organisation = (clients * 7_919 + 20_011) % 10**8
    total = digits(organisation, 8) @ ORGANISATION_WEIGHTS
    check = (11 - total % 11) % 11
    organisation_check = texts(list("0123456789X"))[check]
    heads = padded(91_990_000 + clients % AREAS, 8) + padded(organisation, 8) + organisation_check
    return texts([head + _credit_check(head) for head in heads])


def _credit_check(head: str) -> str:
    # An X from the organisation code is a letter of the credit alphabet as well.
    values = np.array([CREDIT_LETTERS.index(letter) for letter in head])
    return CREDIT_LETTERS[int((31 - values @ CREDIT_WEIGHTS % 31) % 31)]


def phones(clients: Ints) -> Texts:
    """Mobile numbers in ranges that no operator has, one per client."""
    ranges = np.array(PHONE_RANGES)[clients % len(PHONE_RANGES)]
    return padded(ranges * 10**8 + (clients * 7_919_003 + 3_141_592) % 10**8, 11)


def cards(clients: Ints) -> Texts:
    """Nineteen-digit bank cards with a right Luhn digit."""
    body = 9_900 * 10**14 + (clients * 1_299_709 + 271_828_182) % 10**12 * 100 + clients % 89
    figures = digits(body, 18)
    doubled = figures[:, ::-1].copy()
    doubled[:, ::2] *= 2
    total = np.where(doubled > 9, doubled - 9, doubled).sum(axis=1)
    return texts([f"{number}{check}" for number, check in zip(body.tolist(), (-total % 10).tolist(), strict=True)])


def _compact(days: Days) -> Ints:
    """20260401 for each day."""
    months = days.astype("datetime64[M]").astype(np.int64)
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    found: Ints = (1970 + months // 12) * 10_000 + (months % 12 + 1) * 100 + day
    return found
