"""Ideas of the invented firm: of the last months, in every state, two that say the same, one of a visitor, one answer overdue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from clients.models import Client
from crm.models import Publication, Staff
from segmentation.models import Standing
from servicing.contacts import Said, record_contact
from servicing.ideas.answering import answer_idea
from servicing.ideas.moving import link_idea, move_idea
from servicing.ideas.taking import take_idea
from servicing.models import Idea

NAMESPACE = UUID("a9c5f6b2-0d1e-4f7a-8f27-5d0c5d1e7a33")
EVERY = 3  # clients apart in the order of rank


@dataclass(frozen=True)
class Story:
    """An idea: days ago, the topic and the words, through which states it went, and after how many days it was answered (None:
    not yet). `again`: it says the one before again."""

    ago: int
    topic: str
    text: str
    states: tuple[str, ...] = ()
    reason: str = ""
    answer: str = ""
    after: int | None = None
    visitor: bool = False
    again: bool = False


STORIES = (
    Story(140, "place", "大厅等候区没有充电插座，手机没电就没法看行情。", ("looked", "accepted", "done"),
          answer="已加装六个插座，感谢您的建议。", after=9),
    Story(96, "service", "希望每季度有一次持仓诊断的书面版，而不只是电话说。", ("looked", "accepted"),
          answer="下季度起随诊断寄送书面版。", after=8),
    Story(61, "service", "电话诊断记不住，能不能给一份文字的？", answer="下季度起会有书面版。", after=19, again=True),
    Story(45, "fees", "长期客户的融资利率希望按资产分档公示。", ("looked", "declined"), "利率分档由公司统一规定，营业部不能公示",
          "已说明由公司统一规定，我们会转达。", 6),
    Story(30, "system", "条件单的有效期希望能到三十天。", ("looked",)),
    Story(6, "product", "想要一份港股通红利股的对比材料。"),
    Story(3, "place", "门口的台阶没有扶手，老人进出不方便。", visitor=True),
)  # fmt: skip


def write_ideas(*, at: datetime) -> int:
    """Write the ideas, of clients of the advisor whose log-in is shown; how many. Where somebody had one already, none."""
    night = Publication.objects.current().order_by("branch__code").first()
    if night is None or Idea.objects.exists():
        return 0
    team = Staff.objects.filter(branches=night.branch_id, is_active=True, role="advisor").order_by("pk")
    advisor = next((one for one in team if one.has_usable_password()), None)
    best = Standing.objects.filter(publication=night, client__advisor=advisor, client__closed_on=None)
    best = best.filter(client__is_restricted=False).select_related("client__branch", "client__advisor")
    clients = [standing.client for standing in best.order_by("rank")[: EVERY * len(STORIES)]][::EVERY]
    if advisor is None:
        return 0
    before: Idea | None = None
    for story, client in zip(STORIES, clients, strict=False):
        before = _write(story, client, before, advisor, at)
    return Idea.objects.count()


def _write(story: Story, client: Client, before: Idea | None, by: Staff, at: datetime) -> Idea:
    taken, uid = at - timedelta(days=story.ago), uuid5(NAMESPACE, story.text)
    whose = None if story.visitor else client
    idea = take_idea(client.branch, story.text, story.topic, client=whose, uid=uid, by=by, at=taken)
    for state in story.states:
        reason = story.reason if state == "declined" else ""
        idea = move_idea(idea, state, reason=reason, version=idea.version, by=by, at=taken + timedelta(days=2))
    if story.again and before:
        idea = link_idea(idea, before, version=idea.version, by=by, at=taken + timedelta(days=1))
    if story.after is not None:
        answered = taken + timedelta(days=story.after)
        said = Said(answered, "phone", "out", f"答复客户的建议：{story.answer}")
        contact = record_contact(client, said, uid=uuid5(uid, "answer"), by=by, at=answered)
        idea = answer_idea(idea, story.answer, contact=contact, version=idea.version, by=by, at=answered)
    return idea
