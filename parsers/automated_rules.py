"""The rules by which a mail shows that a machine sent it, as tables. Policy lives here, not the reading of mail.

Sources: RFC 3834, RFC 5230, RFC 3464, RFC 8058, MS-OXCMAIL, and what vacation(1), Pigeonhole, Mailman, Discourse,
FreeScout, Zammad and GitLab look at. Every pattern is matched against lower-case text.
"""

import re

from parsers.words import fold

MAX_RECIPIENTS = 50

NOT_SET = frozenset({"no", "false", "0", "off", "none"})  # the values by which a marker denies itself

# Field names that say "a machine" by being there: pattern, whether a value of NOT_SET denies it, reason.
MARKERS = (
    (r"x-tinbai-.*|x-([a-z0-9]+-)+ack", False, "Thư do chính hệ thống báo nhận gửi ra."),
    (r"(x-)?(mail-)?auto-?repl(y|ied).*|(x-)?auto-?respond.*", True, "Thư trả lời tự động."),
    (r"x-auto-response(?!-suppress).*|x-autoresponse.*|x-out-?of-?office.*", True, "Thư trả lời tự động."),
    (r"x-vacation.*|x-(holiday|vacation|absence|away)-?(reply|message)", True, "Thư trả lời tự động."),
    (r"x-auto-?generated.*|x-(fc-)?machine-?generated|x-cron-env", True, "Thư do máy tạo."),
    (r"x-ms-exchange-generated-message-source|x-facebook-notify|x-github-reason", True, "Thư do máy tạo."),
    (r"x-gitlab-.*|x-jira-.*|x-notification-(type|id|category)", True, "Thư do máy tạo."),
    (r"x-failed-recipients|x-ms-exchange-message-is-ndr", False, "Thư báo không gửi được."),
    (r"list-.*|x-list-.*|x-beenthere|(x-)?mailing-?list", False, "Thư gửi qua danh sách."),
    (r"x-mailman-.*|x-listmember|x-google-group-id", False, "Thư gửi qua danh sách."),
    (r"(x-)?feedback-id|x-campaign.*|x-mc-user|x-mailchimp.*", False, "Thư gửi hàng loạt."),
    (r"x-csa-complaints|x-sg-eid|x-bulkmail", False, "Thư gửi hàng loạt."),
    (r"x-loop", True, "Thư có dấu chống gửi vòng lặp."),
)

PARAMETERISED = frozenset({"auto-submitted", "content-type", "precedence"})  # what follows ";" is no part of the value

# Fields whose value decides: names, values that say "a machine" (without comments and parameters), reason.
VALUES = (
    (r"auto-submitted", r"(?!no$).*", "Thư tự động (Auto-Submitted)."),
    (
        r"(x-)?precedence|preference",
        r".*\b(bulk|list|junk|auto[-_ ]?repl(y|ied)|auto[-_ ]?generated)\b.*",
        "Thư gửi hàng loạt.",
    ),
    # DR, NDR, RN and NRN are receipts and do not concern us; whatever else is written means "do not answer".
    (
        r"x-auto-response-suppress",
        r"(?!((dr|ndr|rn|nrn|none)(\s*,\s*|$))+$).*",
        "Người gửi yêu cầu không trả lời tự động.",
    ),
    (r"x-ack", r"(?!(yes|true|1)$).*", "Người gửi yêu cầu không báo nhận."),
    (r"x-spam-flag|x-spam|x-spam-status|x-barracuda-spam-flag", r"(yes|true)\b.*", "Máy chủ đánh dấu là thư rác."),
    (r"delivered-to", r"auto-?respond(er)?", "Thư trả lời tự động."),
    (r"x-post-?messageclass", r"9\b.*", "Thư trả lời tự động."),
    (
        r"content-type",
        r"multipart/report|message/(delivery-status|disposition-notification|feedback-report)",
        "Thư báo phát hoặc báo đã đọc do máy chủ gửi.",
    ),
    (r"content-type", r"text/calendar|application/ics", "Thư lịch họp tự động."),
    (r"content-class", r".*(calendarmessage|mdn|dsn).*", "Thư lịch họp tự động."),
)

# Local parts of senders that are machines.
_EDGE, _END = r"(?:^|[^a-z])", r"(?:$|[^a-z])"
MACHINE_LOCAL_PARTS = re.compile(
    rf"{_EDGE}(?:do[-._]?)?not?[-._]?(?:reply|respond|answer|response){_END}|{_EDGE}noreply"
    rf"|{_EDGE}khong[-._]?(?:tra[-._]?loi|phan[-._]?hoi|hoi[-._]?am){_END}"
    r"|thu[-._]?tu[-._]?dong|tra[-._]?loi[-._]?tu[-._]?dong|tu[-._]?dong[-._]?tra[-._]?loi"
    r"|^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|listserv|majordomo|mailman|sympa|ezmlm|listproc|mdaemon)$"
    r"|^(?:root|nobody|daemon|uucp|mailer|www|www-data|apache|nginx|httpd?|cron|nagios|zabbix|system)$"
    r"|^(?:auto[-_.]?(?:reply|respond(?:er)?|response|mailer|notify|confirm)|autobot|robot|vacation)$"
    r"|^(?:notifications?|notify|alerts?|newsletters?|unsubscribe|bounces?|unmonitored)$"
    r"|^owner-|-(?:request|owner|bounces?|errors?|relay|subscribe|unsubscribe|confirm|join|leave)$"
    rf"|{_EDGE}(?:notifications?|bounces?)[-+=]"
)

# Envelope senders: the local part with forwarding wrappers taken off (SRS, BATV); VERP names the recipient inside.
ENVELOPE_WRAPPER = re.compile(
    r"(?:srs0[-+=][^=]*=[^=]*=[^=]*=|srs1[-+=][^=]*=[^=]*==[^=]*=[^=]*=[^=]*=|prvs=[^=]*=|btv1==[^=]*==)"
)
FORWARDING_MARK = "+caf_="  # Gmail's own forwarding, set up by a person
VERP = re.compile(r"(?:^|[-_.])bounces?(?:$|[-+=._])|[+-][^=]+=[^=]|^msprvs1=")

# Top-level and special-use names (RFC 6761, 6762, 8375, 7686) where nobody can be answered. "example" is kept out: the
# sample schools live there.
RESERVED_DOMAINS = re.compile(
    r"(?:^|\.)(?:localhost|localdomain|local|invalid|test|internal|intranet|lan|home|corp|onion|arpa|private)$"
)

# Beginnings of subjects, compared without accents. These stand alone or before a colon, dash or bracket …
AUTOMATIC_SUBJECTS = (
    "Trả lời tự động", "Tự động trả lời", "Thư trả lời tự động", "Phản hồi tự động", "Tự động phản hồi", "Thư tự động",
    "Tin nhắn tự động", "Tự động", "Hồi âm tự động", "Thông báo vắng mặt", "Ngoài văn phòng",
    "Không có mặt tại văn phòng", "Đã đọc", "Chưa đọc", "Đã chấp nhận", "Đã từ chối", "Tạm chấp nhận",
    "Auto", "Read", "Not read", "Accepted", "Declined", "Tentative", "Tentatively accepted", "OOO", "OOF",
)  # fmt: skip
# … and these whatever follows.
MACHINE_SUBJECTS = (
    "Automatic reply", "Automatic response", "Automated reply", "Automated response", "Automatically generated",
    "Auto reply", "Auto-reply", "Autoreply", "Auto response", "Auto-response", "Autoresponse", "Auto responder",
    "Autoresponder", "Out of office", "Out-of-office", "Out of the office", "Away from the office", "Away from my mail",
    "Vacation reply", "On vacation", "Holiday reply",
    "Réponse automatique", "Absence du bureau", "Message d'absence", "Notification d'absence",
    "Automatische Antwort", "Automatische Rückantwort", "Abwesenheitsnotiz", "Abwesenheitsbenachrichtigung",
    "Abwesenheitsmeldung", "Respuesta automática", "Fuera de la oficina", "Fuera de oficina",
    "Resposta automática", "Fora do escritório", "Ausência temporária", "Risposta automatica", "Fuori sede",
    "Fuori ufficio", "Automatisch antwoord", "Afwezigheidsmelding", "Automatiskt svar", "Automatisk svar", "Autosvar",
    "Automaattinen vastaus", "Odpowiedź automatyczna", "Automatyczna odpowiedź", "Automatická odpověď",
    "Automatikus válasz", "Răspuns automat", "Otomatik yanıt", "Balasan otomatis", "Jawapan automatik",
    "Автоматический ответ", "Автоответ", "Автоматична відповідь", "자동 회신", "자동 응답", "부재중",
)  # fmt: skip
UNSPACED_SUBJECTS = (
    "自动回复",
    "自动答复",
    "自動回覆",
    "自動返信",
    "自動応答",
    "不在通知",
    "ตอบกลับอัตโนมัติ",
    "无法投递",
    "配信不能",
)
BOUNCE_SUBJECTS = (
    "Undeliverable", "Undelivered mail", "Undelivered message", "Undeliverable mail", "Delivery status notification",
    "Delivery failure", "Delivery has failed", "Delivery report", "Delivery delayed", "Delivery notification",
    "Mail delivery failed", "Mail delivery failure", "Mail delivery system", "Mail delivery subsystem",
    "Mail system error", "Message delivery failure", "Message undeliverable", "Message not delivered",
    "Message delayed", "Returned mail", "Returned to sender", "Failure notice", "Failed delivery",
    "Warning: could not send", "Unzustellbar", "Non remis", "Échec de la remise", "No se puede entregar",
    "Não é possível entregar",
    "Thư không gửi được", "Không gửi được thư", "Không thể gửi thư", "Không thể chuyển thư", "Gửi thư thất bại",
    "Thông báo gửi thư không thành công", "Thông báo trạng thái gửi thư", "Thư bị trả lại",
)  # fmt: skip


def _beginning(phrases: tuple[str, ...], end: str) -> re.Pattern[str]:
    """Compile a pattern for folded subjects; signs such as "[" or "***" may stand in front."""
    return re.compile(rf"\W*(?:{'|'.join(re.escape(fold(phrase)) for phrase in phrases)}){end}")


AUTOMATIC_REPLY = (
    _beginning(AUTOMATIC_SUBJECTS, r"(?:\s*(?:$|[:：\]\)])|\s+[–—-]\s)"),
    _beginning(MACHINE_SUBJECTS, r"(?!\w)"),
    _beginning(UNSPACED_SUBJECTS, ""),
)
BOUNCE = _beginning(BOUNCE_SUBJECTS, r"(?!\w)")
