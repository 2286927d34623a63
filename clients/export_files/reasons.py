"""The sentences of reasons: why a file is refused or held, why a row is rejected, what else a person should know."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    # a file or a member of an archive
    "not_a_file": _("%(name)s is not a file."),
    "archive_unreadable": _("The archive %(name)s is damaged or of an unknown kind."),
    "archive_nested": _("%(name)s is an archive inside an archive. Please unpack it first."),
    "archive_password": _("%(name)s is protected by a password. Please unpack it first."),
    "archive_too_many": _("%(count)s files are more than the %(most)s that one upload may hold."),
    "archive_too_large": _("The archive unpacks to more than %(most)s MB."),
    "archive_bomb": _("%(name)s would unpack to %(megabytes)s MB from almost nothing. It is not taken."),
    "archive_not_unpacked": _("This is an archive of files, not a table."),
    "member_outside": _("%(name)s points outside of the archive. It is not taken."),
    "member_is_link": _("%(name)s is a link, not a file."),
    "file_too_large": _("The file is larger than the %(megabytes)s MB that one file may have."),
    "empty_file": _("The file is empty."),
    "web_page": _("This is a web page under the name of a table. Please save it as text or as a real workbook."),
    "workbook_unreadable": _("The workbook is damaged."),
    "workbook_password": _("The workbook is protected by a password."),
    "workbook_too_large": _(
        "The workbook unpacks to %(megabytes)s MB; %(most)s are read. Please export text (CSV) instead."
    ),
    "workbook_too_many_rows": _("The workbook has more than %(most)s rows. Please export text (CSV) instead."),
    "too_many_columns": _("%(count)s columns are more than the %(most)s that are read."),
    "other_sheets": _("Other sheets of the workbook are not read: %(sheets)s"),
    # what a file is
    "unknown_kind": _("No known header was found. Please say what kind of file this is and what its columns are."),
    "ambiguous_kind": _("Orders and fills of this broker look alike; this file was taken as %(kind)s."),
    "missing_column": _("A column is missing: %(fields)s"),
    "needs_day": _("The file has no date. Please state the day."),
    "needs_account": _("The file names no account. Please state the account."),
    "unknown_columns": _("These columns are not known and are left out: %(columns)s"),
    "double_columns": _("These columns say the same as another one and are left out: %(columns)s"),
    "orders_are_not_facts": _("Orders are recognised but not taken over: the settlement file has the facts."),
    "commission_rule_broken": _(
        "The fees do not explain the net amount: the best reading (%(rule)s) holds on %(holding)s of %(plain)s rows. "
        "Please check which column is the commission."
    ),
    # a row
    "too_few_cells": _("Cells in this line: %(cells)s instead of %(columns)s."),
    "too_many_cells": _("Cells in this line: %(cells)s instead of %(columns)s."),
    "line_too_long": _("The line is longer than any line of an export."),
    "quote_not_closed": _("A quotation mark is opened and not closed."),
    "torn_last_line": _("The file ends inside this line."),
    "missing": _("The cell is empty."),
    "not_a_number": _("This is not a number."),
    "number_with_unit": _("The number has a unit or full-width digits."),
    "number_too_large": _("The number is too large."),
    "number_lost_digits": _(
        "The spreadsheet has changed this number: it has more than 15 digits. Please export it as text."
    ),
    "scientific_notation": _("A spreadsheet has rounded this number. Please export it as text."),
    "too_many_decimals": _("The number has more decimals than this column has."),
    "not_a_day": _("This is not a date."),
    "impossible_day": _("This day does not exist."),
    "not_a_time": _("This is not a time of day."),
    "not_an_identifier": _("A number or code has characters that do not belong there."),
    "not_a_security_code": _("This is not a security code."),
    "not_a_document_number": _("This is not the number of an identity document."),
    "not_a_phone": _("This is not a telephone number."),
    "not_an_email": _("This is not an e-mail address."),
    "not_a_card": _("This is not a card number."),
    "too_long": _("The text is too long."),
    "unreadable_text": _("The text has characters that cannot be read."),
    "unknown_word": _("This word is not known here."),
    "unknown_side": _("It does not say whether this is a purchase, a sale or something else."),
    "unknown_direction": _("It does not say whether this is in or out."),
    "lost_zeros": _("The code has lost leading zeros, and neither market nor name says which security it is."),
    "no_security": _("The row names no security."),
    "no_account": _("The row names no account."),
    "no_quantity": _("A trade needs a quantity above zero."),
    "no_amount": _("The row has no amount."),
    "net_does_not_fit": _("Net amount, amount and fees do not fit together (%(expected)s expected)."),
    "net_of_wrong_sign": _("The net amount has the sign of the opposite side."),
    "amount_does_not_fit": _("Price, quantity, net amount and fees do not fit together."),
    # a row beside what is known
    "unknown_branch": _("Nobody knows this branch."),
    "unknown_advisor": _("Nobody knows this advisor."),
    "unknown_client": _("No client with this number or account is known."),
    "ambiguous_account": _("Several branches have this account. Please state the branch."),
    "accounts_contradict": _("The accounts of this row belong to different clients."),
    "account_of_another_client": _("This account belongs to another client."),
    "name_contradicts": _("The name contradicts the known name of this client."),
    "key_twice": _("The file says this twice and differently."),
    "missing_value": _("A value that is needed is missing."),
}

NOTES: dict[str, Promise] = {
    "codes_padded": _("Security codes got their leading zeros back"),
    "names_without_code": _("Rows name the security without its code"),
    "identity_checked": _("Trades whose net amount was checked against amount and fees"),
    "identity_failed": _("Trades whose net amount does not fit"),
    "identity_not_checkable": _("Trades without a net amount to check"),
    "not_plain": _("Trades whose net amount is not checked (bonds, Hong Kong shares)"),
    "amount_derived": _("Amounts taken from net amount and fees"),
    "fees_outside_net": _("Trades with fees outside of the net amount"),
    "net_unsigned": _("Net amounts without a sign, signed by the side"),
    "market_unknown": _("Rows whose market is not known"),
    "words_unknown": _("Words that are not known and became “other”"),
    "empty_fills": _("Orders without a fill and cancellations, left out"),
    "no_final_newline": _("The file does not end with a line end"),
    "short_accounts": _("Securities accounts shorter than usual (lost zeros?)"),
}


def describe(code: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a reason in the language of the reader; an unknown code is returned as it is."""
    text = REASONS.get(code) or NOTES.get(code)
    if text is None:
        return code
    shown = {
        key: "、".join(map(str, value)) if isinstance(value, list | tuple) else value
        for key, value in (params or {}).items()
    }
    try:
        return str(text) % shown
    except (KeyError, ValueError):
        return str(text)
