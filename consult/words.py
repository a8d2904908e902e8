"""Texts as words: when two texts are equal, which words carry no subject, and which language a set is mostly in."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

import polars as pl

_ASCII_SPACE: Final = r"\t\n\x0b\x0c\r\x1c-\x20"
"""What `str.split` takes for space, in ASCII."""
WORD: Final = re.compile(r"[£$€]?\d+(?:[.,:/]\d+)*(?:[^\W\d_]+|%)?|[^\W\d_]+\d*(?:['’][^\W\d_]+)*")
"""A word, with its apostrophes, or a number with its currency or unit: "don't", "£3.50", "10am", "B4301"."""

PERSONAL: Final = {
    "email": "e-mail", "phone": "phone", "postcode": "postcode", "ni_number": "NI number", "nhs_number": "NHS number",
    "passport": "passport", "driving_licence": "driving licence", "vehicle": "vehicle", "card": "card", "iban": "IBAN",
    "bank": "bank account", "birth": "date of birth", "ip": "IP address", "url": "link", "address": "address",
    "name": "name",
}  # fmt: skip
"""The kinds of personal data, and the words that stand for one in a text: "[e-mail]"."""
REMOVED: Final = "[removed]"
"""What stands for personal data whose kind is not told."""
_TYPIST: Final = (
    r"(?i:(?:(?:\d+|one|two|some|a few|several) )?(?:words?|text|lines?|rest|section|page|name)? ?(?:is |are )?"
    r"(?:unreadable|illegible|inaudible|unintelligible|indecipherable|not legible|not readable|crossed out|redacted))"
)
PLACEHOLDER: Final = re.compile(
    rf"\[(?:{'|'.join(PERSONAL.values())}|removed)(?: [A-Z]{{1,2}}\d[A-Z\d]?)?\]|[\[(] ?{_TYPIST}[?.]? ?[\])]"
)
"""What stands in a text in place of personal data, or of what a typist could not read on paper or hear on a tape. It is
no respondent's word: no keyword, title or theme is made of it."""

_LETTERS: Final = re.compile(r"\w+")
_NOT_WORD: Final = re.compile(r"[^\w\s]|_")

FUNCTION_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        """a about above across after again against all almost alone along already also although always am among an and another
        any anybody anyone anything are aren't around as at be became because become been before being below between both
        but by can can't cannot could couldn't did didn't do does doesn't doing don't done down due during each either else
        enough especially etc even ever every everyone everything few for from further get gets getting give given go goes
        going gone got had hadn't has hasn't have haven't having he he'd he'll he's hence her here hers herself him himself
        his how however i i'd i'll i'm i've if in indeed instead into is isn't it it'd it'll it's its itself just keep kept
        know lets let let's like likely lot lots made make makes making many may maybe me mean might mine more most mostly
        much must my myself need needs neither never no nobody none nor not nothing now of off often oh ok okay on once one
        ones only onto or other others ought our ours ourselves out over own per perhaps please put quite rather really
        said same say says see seem seemed seems seen several shall she she'd she'll she's should shouldn't since so some
        somebody someone something sometimes soon still such sure take taken than thank thanks that that's the their theirs
        them themselves then there there's therefore these they they'd they'll they're they've thing things think this
        those though through throughout thus to together too toward towards unless until up upon us use used using usually
        very via want wanted wants was wasn't way we we'd we'll we're we've well went were weren't what what's whatever when
        where whether which while who who's whoever whole whom whose why will with within without won't would wouldn't yes
        yet you you'd you'll you're you've your yours yourself yourselves im ive id dont doesnt didnt cant wont isnt wasnt
        arent couldnt shouldnt wouldnt havent hasnt thats theres theyre youre weve ie eg mr mrs ms dr sir madam dear
        regards redacted""".split()
    ),
    "cy": frozenset(
        """a â ac am ar arall at atoch bod bob bu bydd byddai byddaf byddwn cael chi chwi cyn dan dim dod drwy dros dwy dyma
        dyna dydy dydw dydyn e eich ein ei eto eu fe fel felly fi fod fy fyddai gan gael gellir gen gyda gydag hefyd hi
        hon hwn hyd hyn hynny i iawn ichi iddi iddo iddyn imi mae maen mai mewn mi mwy mynd na nad nag nawr neu nhw ni nid
        nis o oedd oes ohonom ond os pa pam pan pawb peidio pob pobl r rhai rhaid rhwng roedd rwy rwyf rydw rydym rydyn
        sef sy sydd trwy tua un wedi wnaeth wrth y yn yna yng ym yma ynghylch yr ydi ydw ydy ydych ydym ydyn ymlaen yw
        gan eisiau angen fydd lle mae'r i'r a'r o'r â'r i'w a'i o'i wedi'i sy'n mae'n dwi'n dwi rwy'n ddim does yna'n fynd
        wneud ni'n chi'n nhw'n na'r fod""".split()
    ),
    "fr": frozenset(
        """a à ai ainsi alors après au aucun aucune aussi autre autres aux avant avec avez avoir avons beaucoup bien bon c ça
        car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme comment d dans de depuis des deux doit
        doivent donc dont du elle elles en encore entre es est et étaient était être eu eux fait faire faut font hors il
        ils j je jusqu l la là le lequel les leur leurs lors lui m ma mais me même mêmes mes moi moins mon n ne ni non nos
        notre nous on ont ou où par parce pas peu peut peuvent plus plusieurs pour pourquoi pouvoir qu quand que quel
        quelle quelles quels qui quoi s sa sans se sera serait ses si soit son sont souvent sous sur t ta tant te tel
        tels tes toi ton toujours tous tout toute toutes très trop tu un une vers voir vos votre vous y
        d'un d'une d'autres qu'il qu'elle qu'ils qu'elles qu'on qu'un c'est n'est n'ont n'a j'ai s'il l'on jusqu'à
        notamment également""".split()
    ),
    "de": frozenset(
        """ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim bereits
        bin bis bitte bzw da dabei dadurch dafür damit dann daran darauf darüber das dass daß davon dazu dein dem den denn
        der des deshalb dessen die dies diese diesem diesen dieser dieses doch dort durch eher ein eine einem einen einer
        eines einfach einige er es etwa etwas euch euer für gar gegen gerade gibt haben habe hat hatte hätte hätten her
        hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in insbesondere ins ist ja jede jedem jeden
        jeder jedes jedoch jetzt kann kein keine keinem keinen keiner können könnte könnten leider machen macht man mehr
        mein meine mich mir mit muss müssen müsste nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine
        seinem seinen seiner seit sich sie sind so sogar solche soll sollte sollten sondern sonst sowie statt über um und
        uns unser unsere unter viel viele vielen vom von vor wann war waren warum was weg weil weiter welche welcher wenn
        wer werden wie wieder will wir wird wo wurde würde würden zu zum zur zwar zwischen
        außerdem natürlich eigentlich evtl ggf bspw vielleicht wäre wären darf dürfen""".split()
    ),
    "es": frozenset(
        """a al algo algunas algunos ante antes aquí así aún aunque bien cada como con contra cual cuando de del desde donde
        dos e el él ella ellas ellos en entre era es esa esas ese eso esos está están esta estas este esto estos fue
        fueron ha había han hasta hay la las le les lo los más me mi mis mismo mucho muchos muy nada ni no nos nosotros o
        otra otras otro otros para pero poco por porque puede pueden pues que qué quien se sea según ser si sí sido sin
        sobre solo son su sus también tan tanto te tiene tienen toda todas todo todos tu un una unas uno unos y ya
        yo""".split()
    ),
}
"""Words that carry grammar and not a subject, by ISO 639-1 code; lower case, apostrophes straight."""

LANGUAGES: Final = {"en": "English", "cy": "Welsh", "fr": "French", "de": "German", "es": "Spanish"}
"""Names of the languages of `FUNCTION_WORDS`."""


FEW_TEXTS: Final = 3
"""Texts in another language from which it is met beside the main one."""


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: the form in which non-answers are looked up."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", bare.replace("'", "").replace("’", "")).split())


def words(text: str) -> list[str]:
    """The words of a text in lower case, apostrophes made straight; what stands for personal data is no word."""
    return [match.group().lower().replace("’", "'") for match in WORD.finditer(without_placeholders(text))]


def without_placeholders(text: str) -> str:
    """A text without what stands in it for personal data or for what a typist could not read, which is no respondent's
    word; the same text where nothing does.
    """  # noqa: D205
    return " ".join(PLACEHOLDER.sub(" ", text).split()) if PLACEHOLDER.search(text) else text


def word_key(text: str) -> str:
    """A text's words with their case folded, which texts that differ in case, spaces and punctuation alone share; what
    stands for personal data is no word.
    """  # noqa: D205
    return " ".join(_LETTERS.findall(PLACEHOLDER.sub(" ", text))).casefold()


def main_language(texts: Iterable[str]) -> str:
    """The language, among those of `FUNCTION_WORDS`, whose function words fill most of the texts; "en" on a tie."""
    counts = Counter(word for text in texts for word in words(text))
    score = {
        language: sum(n for word, n in counts.items() if word in known) for language, known in FUNCTION_WORDS.items()
    }
    return max(score, key=lambda language: (score[language], language == "en"))


def language_of(text: str) -> str | None:
    """The language of one text, or None when its function words do not tell."""
    found = words(text)
    score = {language: sum(word in known for word in found) for language, known in FUNCTION_WORDS.items()}
    best = max(score, key=lambda language: (score[language], language == "en"))
    second = max(hits for language, hits in score.items() if language != best)
    return best if score[best] >= 3 and score[best] >= 1.5 * second else None


def function_words(language: str) -> frozenset[str]:
    """The function words of a language; those of English where it is not known."""
    return FUNCTION_WORDS.get(language, FUNCTION_WORDS["en"])


def text_key(text: str) -> str:
    """The form of a text in which two that read alike are equal: Unicode NFC, runs of space made one."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def text_keys(texts: pl.Series) -> pl.Series:
    """`text_key` of many texts at once: those of plain ASCII, where nothing is to be composed, without leaving polars."""
    plain = texts.str.len_bytes() == texts.str.len_chars()
    keys = texts.str.replace_all(f"[{_ASCII_SPACE}]+", " ").str.strip_chars(" ")
    if plain.all():
        return keys
    composed = pl.Series([text_key(text) for text in texts.filter(~plain)], dtype=pl.String)
    return keys.scatter((~plain).arg_true(), composed)


def text_id(text: str) -> str:
    """32 hexadecimal digits that equal texts share, after `text_key`."""
    return hashlib.blake2b(text_key(text).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def stem(word: str) -> str:
    """Enough to hold plural and singular for one word."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def common_words(texts: Iterable[str], language: str, most: int = 20) -> list[list[str | int]]:
    """The words with a subject that most texts use: [word, texts], the commonest first."""
    ignored = function_words(language)
    used = Counter(word for text in texts for word in set(words(text)) - ignored)
    return [[word, n] for word, n in sorted(used.items(), key=lambda item: (-item[1], item[0]))[:most]]


def subjectless_words(texts: Iterable[str], language: str) -> frozenset[str]:
    """The words that carry no subject among some texts: those of their main language, and of others met beside it.

    A word that the answers in the main language use more keeps its sense: "car" is French for "because".

    Args:
        texts: Answers to one question.
        language: ISO 639-1 code of most of them.
    """
    by_language: dict[str | None, list[str]] = {}
    for text in texts:
        by_language.setdefault(language_of(text), []).append(text)
    main = Counter(word for text in by_language.get(language, []) for word in words(text))
    ignored = set(function_words(language))
    for other, found in by_language.items():
        if other is not None and other != language and len(found) >= FEW_TEXTS:
            theirs = Counter(word for text in found for word in words(text))
            ignored |= {word for word in FUNCTION_WORDS[other] if theirs[word] > main[word]}
    return frozenset(ignored)
