"""Two people who changed one plan: what the second one did not touch stays as the first one left it."""

from servicing.plans.content import Action, Written


def merged(base: Written, theirs: Written, mine: Written) -> Written:
    """`theirs` with what `mine` changed against `base`, which both had read; actions are told apart by their ids."""
    changed = {name: value for name, value in vars(mine).items() if name != "actions" and value != getattr(base, name)}
    return Written(**{**vars(theirs), **changed, "actions": tuple(_actions(base, theirs, mine))})


def _actions(base: Written, theirs: Written, mine: Written) -> list[Action]:
    read, kept = ({action.id: action for action in one.actions} for one in (base, mine))
    found = []
    for action in theirs.actions:
        if action.id not in read:
            found.append(action)
        elif action.id in kept:
            found.append(action if kept[action.id] == read[action.id] else kept[action.id])
    there = {action.id for action in theirs.actions}
    return found + [one for one in mine.actions if one.id not in there and one != read.get(one.id)]
