"""Numbers that decide the result of a night."""

from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number, days, share

NIGHT = (
    Number(
        "dormancy_floor",
        _("Floor of assets for a dormant client"),
        "fen",
        "dormancy",
        _("Below it a silent client is empty (R2)."),
    ),
    days("dormancy_silence", _("Days without a trade until dormant"), "dormancy", _("Rule R2.")),
    days("cooling_default", _("Days until cooling, with fewer than three own gaps"), "dormancy", _("Rule R2.")),
    Number(
        "regulatory_dormancy",
        _("Days until a regulatory dormant account"),
        "days",
        "dormancy",
        _("A rule of the law: it is off until compliance confirms a value."),
        least=1,
        most=36500,
        is_lawlike=True,
    ),
    Number("band_high", _("Churn score: high from"), "e-4", "churn", least=1, most=10_000),
    Number("band_raised", _("Churn score: raised from"), "e-4", "churn", least=1, most=10_000),
    Number("band_watch", _("Churn score: watch from"), "e-4", "churn", least=1, most=10_000),
    Number("churn_horizon", _("Days that a churn score looks ahead"), "days", "churn", least=1, most=730),
    Number("churn_lead", _("Trading days left out before them"), "trading days", "churn", most=60),
    Number("churn_asset_floor", _("Floor of assets for a churn score"), "fen", "churn"),
    Number("behaviour_floor", _("Floor of assets for a habit"), "fen", "behaviour"),
    Number(
        "position_points",
        _("Month-ends that make a habit of positions (B1)"),
        "month-ends",
        "behaviour",
        least=1,
        most=120,
    ),
    share("position_band_floor", _("Least width of a habit of positions, either side (B1)"), "behaviour"),
    share("result_flat", _("Result that counts as flat, of mean assets (B2)"), "behaviour"),
    days("result_days", _("Days that a result needs (B2)"), "behaviour"),
    Number("deep_loss", _("Loss that is deep, of mean assets (R1)"), "e-4", "behaviour", least=1, most=10_000),
    Number("horizon_high", _("Turnover of a high-frequency client, from (B4)"), "e-2 a year", "behaviour"),
    Number("horizon_short", _("Turnover of a short-term client, from (B4)"), "e-2 a year", "behaviour"),
    Number("horizon_medium", _("Turnover of a medium-term client, from (B4)"), "e-2 a year", "behaviour"),
    Number("overtrading_turnover", _("Turnover that is a sign of over-trading, from (B7)"), "e-2 a year", "behaviour"),
    Number("programme_trades", _("Trades of a day that no hand makes (B4)"), "trades a day", "behaviour", least=1),
    Number(
        "programme_days",
        _("Such days in six months for programme trading (B4)"),
        "days",
        "behaviour",
        least=1,
        most=184,
    ),
    Number(
        "preference_p", _("Chance below which a preference is shown (B5)"), "e-4", "behaviour", least=1, most=10_000
    ),
    Number("preference_trades", _("Trades that a preference needs (B5)"), "trades", "behaviour", least=1),
    share("regime_strong", _("Position in a strong market, from (B8)"), "market"),
    share("regime_range", _("Position in a range (B8)"), "market"),
    share("regime_weak", _("Position in a weak market, to (B8)"), "market"),
    share("regime_tolerance", _("Distance from the reference that is no gap (B8)"), "market"),
)
