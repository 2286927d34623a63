"""What the advisors of the invented firm said about some of the risk alerts that its night raised."""

from datetime import datetime
from typing import Final

from servicing.alerts.noting import acknowledge_alert
from servicing.models import RiskAlert

SAID: Final = {
    "concentration": "电话沟通持仓集中情况，客户表示了解，近期自行考虑分散。",
    "level": "已说明持仓产品风险等级高于测评结果，客户知悉并留意，约定测评到期前重做。",
    "drawdown": "沟通近期回撤，客户情绪平稳，称资金为长期闲钱。",
    "loss": "告知已到客户自定的亏损线，客户表示收到。",
    "maintenance": "电话告知维持担保比例，客户称本周内补充保证金。",
}
SHARE = 40  # one alert in so many has been talked about


def note_alerts(*, at: datetime) -> int:
    """Acknowledge a few alerts by the clients' own advisors; where any is acknowledged, none. Returns how many."""
    if RiskAlert.objects.exclude(note="").exists():
        return 0
    rows = RiskAlert.objects.filter(state=RiskAlert.State.OPEN, client__advisor__isnull=False).order_by("pk")
    chosen = [row for row in rows.select_related("client__advisor", "branch") if row.pk % SHARE == 0]
    for row in chosen:
        if row.client.advisor is not None:
            acknowledge_alert(row, SAID[row.kind], by=row.client.advisor, at=at)
    return len(chosen)
