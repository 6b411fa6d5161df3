"""The rules by which a mail shows that a machine sent it, as tables. Policy lives here, not the reading of mail.

Sources: RFC 3834, RFC 5230, RFC 3464, RFC 8058, MS-OXCMAIL, and what vacation(1), Pigeonhole, Mailman, Discourse,
FreeScout, Zammad and GitLab look at. Every pattern is matched against lower-case text.
"""

import re

from parsers.words import fold

MAX_RECIPIENTS = 50
MAX_HOPS = 30  # Received fields; five forwarders on the way make some fifteen
MAX_DELIVERIES = 2  # of one address in Delivered-To: a server and its delivery agent may both note it

NOT_SET = frozenset({"no", "false", "0", "off", "none"})  # the values by which a marker denies itself

# Field names that say "a machine" by being there: pattern, whether a value of NOT_SET denies it, reason. Names are
# compared in lower case, with hyphens for underscores.
_REPLY = r"auto-?(?:repl(?:y|ied)|answer|respond(?:er|ed)?|response(?!-suppress))"
_ABSENCE = r"out-?of-?office|oof|vacation|away|holiday-?reply"
MARKERS = (
    (r"x-tinbai-.*|x-([a-z0-9]+-)+ack", False, "Thư do chính hệ thống báo nhận gửi ra."),
    (rf"(?:.*-)?(?:[a-z]+-)?(?:{_REPLY})(?:-.*)?", True, "Thư trả lời tự động."),
    (rf"(?:x|received)-(?:.*-)?(?:{_ABSENCE}|absence|responder)(?:-.*)?", True, "Thư trả lời tự động."),
    (r"(?:.*-)?auto-?generated.*|x-(fc-)?machine-?generated|x-cron-env", True, "Thư do máy tạo."),
    (r"x-ms-exchange-generated-message-source|x-facebook-notify|x-linkedin-class", True, "Thư do máy tạo."),
    (r"x-(gitlab|github|jira|redmine|bugzilla|trac|mantis)-.*", True, "Thư do máy tạo."),
    (r"x-notification-(type|id|category)", True, "Thư do máy tạo."),
    (r"x-failed-recipients|x-ms-exchange-message-is-ndr", False, "Thư báo không gửi được."),
    (r"list-.*|x-list-.*|x-beenthere|(x-)?mailing-?list", False, "Thư gửi qua danh sách."),
    (r"x-mailman-.*|x-listmember|x-google-group-id|x-google-loop", False, "Thư gửi qua danh sách."),
    (r"x-campaign.*|x-mc-user|x-mailchimp.*|x-mandrill-.*|x-mailgun-sid|x-mailerlite.*", False, "Thư gửi hàng loạt."),
    (r"x-csa-complaints|x-sg-eid|x-bulkmail", False, "Thư gửi hàng loạt."),
    (r"x-loop|x-(otrs|rt|.*autoresponder)-loop.*", True, "Thư có dấu chống gửi vòng lặp."),
)

PARAMETERISED = frozenset(  # what follows ";" is no part of the value
    {"auto-submitted", "x-auto-submitted", "autosubmitted", "x-autosubmitted", "content-type", "precedence"}
)

# Fields whose value decides: names, values that say "a machine" (without comments and parameters), reason.
VALUES = (
    (r"(x-)?auto-?submitted", r"(?!no$).*", "Thư tự động (Auto-Submitted)."),
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
    # Two mail services write it into letters of persons, too.
    (r"(x-)?feedback-id", r"(?!.*:(fastmail|zohomail)$).*", "Thư gửi hàng loạt."),
    (r"x-spam-flag|x-spam|x-spam-status|x-barracuda-spam-flag", r"(yes|true)\b.*", "Máy chủ đánh dấu là thư rác."),
    (r"delivered-to", r"auto-?respond(er)?", "Thư trả lời tự động."),
    (r"x-post-?messageclass", r"9\b.*", "Thư trả lời tự động."),
    (
        r"x-mailer|user-agent|x-msg-type|x-reply-type|x-freescout-mail-type",
        r".*\b(vacation|auto[-. ]?(respon(d(er)?|se)|repl(y|ier)|answer))\b.*|auto",
        "Thư trả lời tự động.",
    ),
    (
        r"content-type",
        r"multipart/report|application/tlsrpt.*|message/(global-)?(.*-(status|notification)|feedback-report)",
        "Thư báo phát hoặc báo đã đọc do máy chủ gửi.",
    ),
    (r"content-type", r"text/calendar|application/ics", "Thư lịch họp tự động."),
    (r"content-class", r".*(calendarmessage|mdn|dsn).*", "Thư lịch họp tự động."),
)

# Message-IDs of tinbai's own mails, of any office: they outlive gateways that take the other signs away.
OWN_MESSAGE_ID = re.compile(
    r"<(?:acknowledgement|problem|digest|result|decision|publication|reminder|sheet|report|alert|receipt|login)"
    r"\.[0-9a-f]{32}@"
)

# Local parts of senders that are machines.
_EDGE, _END = r"(?:^|[^a-z])", r"(?:$|[^a-z])"
MACHINE_LOCAL_PARTS = re.compile(
    rf"{_EDGE}(?:do[-._]?)?not?[-._]?(?:reply|respond|answer|response){_END}|{_EDGE}noreply"
    rf"|{_EDGE}dont[-._]?reply{_END}|{_EDGE}noreplies{_END}|^reply[-._]no$"
    rf"|(?:{_EDGE}|vuilong[-._]?|xin[-._]?)khong[-._]?(?:tra[-._]?loi|phan[-._]?hoi|hoi[-._]?am){_END}"
    r"|(?:thu|thong[-._]?bao|he[-._]?thong)[-._]?tu[-._]?dong"
    r"|tra[-._]?loi[-._]?tu[-._]?dong|tu[-._]?dong[-._]?tra[-._]?loi|^tu[-._]?dong$"
    r"|^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|listserv|majordomo|mailman|sympa|ezmlm|listproc|mdaemon)$"
    r"|^(?:mail[-_.]?delivery[-_.]?(?:sub)?system|mail[-_.]?system|mta|ndr|microsoftexchange[0-9a-f]*|listmaster)$"
    r"|^(?:root|nobody|anonymous|daemon|uucp|mailer|phpmailer|www|wwwrun|www-data|wordpress|apache|nginx|httpd?)$"
    r"|^(?:cron(?:d|job)?|nagios|zabbix|monitoring|postgres|mysql|system)$"
    r"|^(?:auto[-_.]?(?:reply|respond(?:er)?|response|answer|mailer|notify|confirm)|autobot|robot|vacation)$"
    r"|^(?:calendar[-_.])?(?:notifications?|notify|alerts?|newsletters?|unsubscribe|bounces?|unmonitored)$"
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
    "Thông báo tự động", "Email tự động", "Mail tự động", "Xác nhận tự động", "Tin nhắn tự động", "Tự động",
    "Hồi âm tự động", "Hồi đáp tự động", "Thông báo vắng mặt", "Thông báo nghỉ phép", "Ngoài văn phòng",
    "Không có mặt tại văn phòng", "Đã đọc", "Đã xem", "Chưa đọc", "Xác nhận đã đọc", "Báo đã đọc", "Đã chấp nhận",
    "Đã từ chối", "Tạm chấp nhận",
    "Auto", "Read", "Not read", "Read receipt", "Accepted", "Declined", "Tentative", "Tentatively accepted", "OOO",
    "OOF", "Automated message",
)  # fmt: skip
# These are spoken of in other letters, too: they stand alone, or before the subject of the mail that is answered.
ABSENCE_SUBJECTS = (
    "Vắng mặt", "Đi vắng", "Nghỉ phép", "Đi công tác", "Đang vắng mặt", "Đang đi vắng", "Đang nghỉ phép",
    "Đang đi công tác", "Tôi đang vắng mặt", "Tôi đang đi vắng", "Tôi đang nghỉ phép", "Tôi đang đi công tác",
    "Away", "Vacation", "On leave", "Annual leave", "On annual leave", "Holiday notice", "Not at my desk",
)  # fmt: skip
# … and these whatever follows.
MACHINE_SUBJECTS = (
    "Thư này được trả lời tự động", "Email trả lời tự động", "Mail trả lời tự động",
    "Automatic reply", "Automatic response", "Automated reply", "Automated response", "Automatically generated",
    "Auto reply", "Auto-reply", "Autoreply", "Auto response", "Auto-response", "Autoresponse", "Auto responder",
    "Autoresponder", "Out of office", "Out-of-office", "Out of the office", "Away from the office", "Away from office",
    "Away from my mail", "Away until", "I am out of the office", "I'm out of the office", "I am currently out of",
    "I'm currently out of", "Currently out of office", "Currently out of the office", "I am on vacation",
    "I'm on vacation", "I am on leave", "I'm on leave", "Vacation reply", "Vacation response", "Vacation auto-reply",
    "On vacation", "Holiday reply", "Return receipt (displayed)",
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


_STAMPED = r"(?<=[\[({*])(?:spam|external|ext|ngoai|thu ngoai|ben ngoai)"


def _beginning(phrases: tuple[str, ...], end: str) -> re.Pattern[str]:
    """Compile a pattern for folded subjects; signs such as "[" or "***" and what a server wrote may stand in front."""
    return re.compile(rf"\W*(?:{_STAMPED}\W+)?(?:{'|'.join(re.escape(fold(phrase)) for phrase in phrases)}){end}")


AUTOMATIC_REPLY = (
    _beginning(AUTOMATIC_SUBJECTS, r"(?:\s*(?:$|[:：\]\)])|\s+[–—-]\s)"),
    _beginning(ABSENCE_SUBJECTS, r"\W*(?:$|(?<=[:–—-] )(?:(?:re|fw|fwd|tra loi) ?:|\[))"),
    _beginning(MACHINE_SUBJECTS, r"(?!\w)"),
    _beginning(UNSPACED_SUBJECTS, ""),
)
BOUNCE = _beginning(BOUNCE_SUBJECTS, r"(?!\w)")
