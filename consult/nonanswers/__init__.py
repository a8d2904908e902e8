"""Answers that say nothing, by class: "no comment", "n/a", "see Q3", "-". They are counted and never make a theme.

What was asked matters: "no" to a question of yes or no is an answer, and so is "nothing" to "What could be better?".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Final

import polars as pl

from consult.config import NonAnswersConfig
from consult.covering import bare_question, covers_all, quoted_questions
from consult.nonanswers.lexicon import LEXICON, NON_ANSWERS
from consult.references import KINDS
from consult.schemas import NON_ANSWERS as NON_ANSWERS_FRAME
from consult.schemas import check_frame
from consult.words import fold, without_placeholders

_YES: Final = frozenset("yes y yep yeah yup ie oes ydw ydy do oui ja si".split())
_NO: Final = frozenset("no|n|nope|nage|na|nac oes|nac ydw|nac ydyw|naddo|non|nein|no thanks|no thank you|non merci|nein danke|not really|not at all|no not really|no i dont|no i do not".split("|"))  # fmt: skip
_YES_NO: Final = re.compile(
    r"(?:q(?:uestion)? ?\d+[a-z]? |\d+[a-z]? )?(?:to what extent )?(?:do|does|did|is|are|was|were|should|would|will|can|could|have|has|had|may|might"
    r"|shall|a ydych|ydych|ydy|a yw|yw|oes|a oes|a ddylai|ddylai|a ddylem|a fyddech|est ce|etes vous|avez vous|faut il|pensez vous|souhaitez vous"
    r"|soutenez vous|approuvez vous|sind sie|stimmen sie|sollte|sollten|soll|haben sie|finden sie|befurworten sie|unterstutzen sie|esta|cree|apoya|deberia)\b"
)
_NOTHING: Final = frozenset("nothing|nothing at all|nothing really|absolutely nothing|not a thing|dim byd|rien|rien du tout|nichts|gar nichts|nada".split("|"))  # fmt: skip
_NEITHER: Final = _NO | frozenset("none|na|n a|not applicable|nil|no comment|no comments|aucun|aucune|keine|ninguno|ninguna".split("|"))  # fmt: skip
_HEADER_WORDS: Final = 5
"""A heading of no more words, with no question mark, asks nothing."""
_SHORT: Final = 40
_ENOUGH: Final = 5
_TIMES: Final = 3
"""So many answers of nothing, and so many times those of no and none, tell that something was to be named.

Source: of five questions to patients whose wording is not known, "nothing" came 3 to 8 times as often as "no" and "none";
to "any other comments" it hardly comes at all.
"""
_ASKS_MORE: Final = re.compile(
    r"\b(?:any|anything|some|something|unrhyw|autres?|weitere|etwas|algo|algun\w*|quelque)\b.*"
    r"\b(?:comments?|else|add|further|additional|other|views|suggestions?|ideas?|questions?|information|thoughts|share|sylwadau|arall|pellach"
    r"|commentaires?|ajouter|anmerkungen|hinzufugen|comentarios|anadir)\b"
)
_OPINION: Final = re.compile(
    r"\b(?:what (?:do|did|would) (?:you|we|people) (?:think|feel) (?:of|about)|how do you feel about|what (?:is|are) your (?:views?|opinions?|thoughts|feelings?) (?:of|on|about)"
    r"|beth (?:yw|ydy) (?:eich|dy) barn (?:am|ar)|beth ydych chin ei feddwl (?:o|am)|que pensez vous (?:de|du|des|d)|quel est votre avis sur"
    r"|was (?:halten|denken) sie (?:von|vom|uber)|wie finden sie|que (?:opina|piensa|le parece)n? (?:de|del|sobre))\b"
)
"""Asks what is thought of something, not to name anything of it."""
_NAMES: Final = re.compile(
    r"\b(?:what|which|anything|things?|beth|pa|quoi|que|qu|quels?|quelles?|was|welche\w*|cuales?)\b.*"
    r"\b(?:better|improve\w*|change\w*|differently|good|well|best|like|liked|enjoy\w*|dislike\w*|bad|worst|worse|wrong|missing|concern\w*|worr\w*"
    r"|problem\w*|benefit\w*|impacts?|effects?|barriers?|gwell|well|wella|da|newid|hoffi|ameliorer|ameliore\w*|mieux|bien|changer|besser|gut|verbesser\w*"
    r"|andern|gefall\w*|mejor\w*|cambiar|gusta)\b"
)

_SEE: Final = re.compile(
    r"(?:please )?(?:see|refer to|as (?:in|for|per)|same as|as) (?:my |our |the )?(?:(?:answer|response|comment)s?|reply)?"
    r"(?: (?:to|in|at|for|given))?(?: (?:in|to|at))? ?(?:questions?|qs?|no|number)? ?\d{1,2}[a-z]?"
    r"(?: (?:and |or )?q?\d{1,2}[a-z]?)*(?: above| below)?"
    r"|(?:gweler|fel|yr un (?:ateb|fath|peth) (?:a|ag)|yr un a)(?: (?:fy|ein|yr))?(?: (?:ateb|atebion|ymateb|sylwadau))?(?: (?:i|yn|ar|o dan|dan))?"
    r"(?: (?:g|ch)?cwestiwn| gwestiwn| chwestiwn| c| q)? ?\d{1,2}[a-z]?(?: uchod| isod)?"
    r"|(?:voir|cf|se referer a|comme|idem(?: que)?|meme reponse que|la meme reponse que)(?: (?:a|pour|en|dans))?(?: (?:ma|notre|la|mes|nos))?"
    r"(?: (?:reponses?|remarques?|commentaires?))?(?: (?:a|de|pour|en))?(?: (?:la|ma))?(?: (?:question|q|no|n|numero))? ?\d{1,2}[a-z]?(?: ci dessus| plus haut| ci dessous)?"
    r"|(?:siehe|s|wie|vgl|gleiche antwort wie)(?: (?:meine|unsere|die))?(?: antwort(?:en)?)?(?: (?:auf|zu|bei|unter|in))?(?: (?:die|der))?(?: (?:frage|f|q|nr|nummer|punkt))? ?\d{1,2}[a-z]?(?: oben| unten)?"
    r"|(?:ver|vease|igual que|lo mismo que|idem|como)(?: (?:en|a|mi|nuestra|la))*(?: respuestas?)?(?: (?:a|de|en))?(?: la)?(?: (?:pregunta|p|q|no|numero))? ?\d{1,2}[a-z]?(?: arriba| anterior| abajo)?"
)
_NO_THOUGHT: Final = re.compile(
    r"(?:sorry |i |we |honestly |really )*(?:cant|cannot|can not|couldnt|could not) (?:really |honestly )?"
    r"(?:think of|fault|suggest) (?:anything|any)"
    r"(?: (?:in|particular|specific|specifically|else|more|right|now|at|the|moment|present|this|time|off|hand|offhand|to"
    r"|add|say|suggest|improve|change|really|that|needs|improving|could|be|improved|changes|improvements|done|better))*"
)
_CONTACT: Final = re.compile(
    r"(?:(?:my|our|the|full|first|last|sur|name|names|is|are|e|mail|email|address|phone|tel|telephone|mobile|mob|number|no|nr|contact|me|us|on"
    r"|at|by|call|ring|text|or|and|i|im|we|live|living|in|postcode|post|code|dob|date|of|birth|born|was|am|home|house|ni|nino|nhs|national"
    r"|insurance|passport|card|account|sort|bank|iban|car|reg|registration|plate|ip|licence|driving|signed|from|mr|mrs|ms|miss|dr|prof|rev|fy|enw"
    r"|yw|ebost|ffon|cyfeiriad|nom|mon|tel|adresse|telefon|straat|yours|sincerely|faithfully|regards|kind|best|wishes|thanks|thank|you) ?)*"
)
"""What is left of contact details when they are replaced."""
_NOTHING_TO: Final = re.compile(
    r"nothing (?:more |else |further )?to (?:say|add|report|mention)(?: (?:at|for|to|this|that|the|moment|here|now|really|make|it|better|any|thanks|thank|you|"
    r"currently|present|in|stage|point|time|as|yet|all|covered|already|sorry))*"
)
_NO_WORDS: Final = re.compile(
    r"(?:not sure )?(?:really )?nothing (?:that )?(?:i|we) (?:can|could|would|want to|wish to) (?:think of|add|say|change|suggest|mention)(?: (?:at|the|moment|right|now|really|here|this|time))*"
    r"|(?:i |we )?(?:do not|dont|doesnt|dosnt|does not|did not|didnt) (?:want|wish) to (?:say|comment|add|answer)(?: anything| more)?"
    r"|(?!.*\b(?:but|enough|however)\b)(?:\w+ ){0,6}(?:cant|cannot|can not|could not|couldnt|unable to|too (?:early|soon) to) (?:really )?(?:comment|judge)(?: \w+){0,6}"
    r"|(?:i )?(?:cant|cannot) (?:really )?say (?:much|anything)(?: (?!but|enough|about)\w+){0,9}"
    r"|(?:it is |its )?(?:hard|difficult) to (?:say|tell)(?: (?:as|because|since|yet|really|at|this|point)\b(?: \w+){0,7})?"
)
_NOTHING_MORE: Final = re.compile(
    r"(?:(?:honestly|personally|overall|well|sorry|to be honest|in my opinion|for me|currently|at present|at the moment|dont know probably) )*"
    r"(?P<head>no|nope|not|nothing|nothin|nowt|nought|none|noting|nohing|nothng|nothimg)(?: (?:not|really|nothing))?"
    r"(?: (?:at all|at (?:the|this) (?:moment|time|stage|point|present)|at present|right now|just now|for now|so far|as yet|yet|currently|presently"
    r"|for me|to my knowledge|in (?:particular|my opinion|my case)|as far as i (?:know|am aware|can see)|thanks|thank you|whatsoever|what so ever|specific|to be honest|sorry"
    r"|(?:that )?(?:i|we) (?:can|could) (?:really |currently |immediately )?(?:think|thing) (?:of|off)|(?:that )?(?:i|we) know (?:of|about)|(?:that )?(?:im|i am|we are) aware of"
    r"|(?:that )?(?:really )?(?:comes?|came|springs?) (?:to )?mind))+"
    r"|(?:no |sorry )*(?:i |we )?(?:dont|do not) (?:really )?think so(?: no)?|(?:does not|doesnt|not) (?:apply|applicable|relevant)(?: (?:to|for) (?:me|us|this|my case))?"
    r"|(?:dim|dim byd|dim un|na|nac oes|nage)(?: (?:ar hyn o bryd|am y tro|hyd yma|i mi|diolch|diolch yn fawr|o gwbl|arbennig|yn arbennig|mewn gwirionedd|iw ddweud|iw nodi|sy n dod i r meddwl))+"
    r"|(?:rien|non|aucune?|neant)(?: (?:pour (?:le moment|l ?instant|ma part|moi)|du tout|de (?:particulier|special|specifique|plus)|actuellement|a ma connaissance|merci|a ce (?:jour|stade)|en particulier"
    r"|(?:ne|qui) me (?:vient|vienne) a l ?esprit))+"
    r"|(?:(?:gar|leider|im moment|momentan|derzeit|zurzeit|aktuell|bisher) )*(?:nichts|nein|keine[rs]?)(?: (?:im moment|im augenblick|momentan|derzeit|zur zeit|zurzeit|aktuell|gerade|bisher|danke|vielen dank|weiter|weiteres|besonderes|konkretes|bestimmtes"
    r"|meinerseits|was mir einfallt|das mir einfallt|soweit ich weiss|nichts))+"
    r"|(?:nada|no|ningun[oa]?)(?: (?:por (?:el momento|ahora|mi parte)|de momento|en (?:particular|especial|absoluto|este momento)|gracias|mas|que (?:yo )?(?:sepa|recuerde)|que se me ocurra|actualmente|nada))+"
)
"""Nothing, with when, for whom, or as far as is known."""
_NO_THOUGHT_ELSEWHERE: Final = re.compile(
    r"(?:alla i ddim|fedra i ddim|methu) (?:a )?meddwl am (?:ddim|ddim byd|unrhyw beth)(?: (?:ar hyn o bryd|arall))?|does gen i ddim syniad|anodd dweud|rhy gynnar i (?:ddweud|farnu|wneud sylw)|dydw i ddim yn siwr|dim syniad"
    r"|(?:je )?(?:ne )?(?:vois|pense|trouve) (?:a )?(?:rien|pas)(?: (?:a dire|a ajouter|pour le moment|de particulier|d ?autre))?|(?:c ?est )?difficile a dire|(?:il est )?trop tot pour (?:le |la )?(?:dire|juger|savoir|se prononcer|commenter)"
    r"|(?:je )?(?:ne )?(?:peux|sais|saurais) pas (?:quoi )?(?:dire|repondre|juger|commenter|me prononcer)|(?:je )?(?:ne )?suis pas sure?|pas sure?|je ne me prononce pas"
    r"|(?:mir )?fallt (?:mir )?(?:gerade |dazu |jetzt |spontan )*nichts(?: weiter| weiteres| mehr)? ein|schwer zu sagen|(?:es ist )?(?:noch )?zu fruh(?: (?:um|fur) (?:\w+ ){0,3}\w+)?|(?:das )?kann ich (?:noch |leider )?nicht (?:sagen|beurteilen|einschatzen)"
    r"|(?:ich )?(?:bin )?(?:mir )?nicht sicher|(?:ich )?(?:habe )?keine idee"
    r"|(?:ahora )?no se me ocurre (?:nada|ninguna?)(?: (?:mas|ahora|en este momento))?|(?:es )?dificil de decir|no (?:estoy|lo tengo) (?:muy )?(?:segur[oa]|claro)|no (?:puedo|sabria) (?:decir|opinar|comentar|contestar|que decir)|(?:es )?demasiado pronto para (?:decir|opinar|saber)(?:lo)?"
)
_UNKNOWING: Final = re.compile(
    r"(?:(?:sorry|honestly|well|to be honest|im afraid|i am afraid|no) )*(?:"
    r"(?:(?:i|we) )?(?:(?:really|honestly|just|simply|sorry) )*(?:dunno|(?:dont|do not)(?: (?:really|honestly|actually))? know)"
    r"(?: (?:(?:really |quite |nearly )?(?:enough|(?:very |that |too |so )?much|a lot|a great deal|anything)(?: at all)?(?: about (?P<what>it|this|that|these|them|any of (?:it|this|that)"
    r"|(?:the|this|that|these|those) (?:issue|topic|subject|matter|area|proposal|change|plan|question|scheme)s?|(?:(?!but\b|because\b|so\b)\w+ ){1,5}(?=to (?:say|comment|judge))))?"
    r"|what to (?:say|think|suggest|answer|put|write|add)|what i think))?"
    r"|(?:(?:i|we) )?know (?:nothing|(?:very |too )?little|not enough) about (?:it|this|that|these|them))"
    r"(?: ?to (?:(?:really|fully|properly|be able to) )?(?:say|comment|answer|judge|tell|decide|(?:have|give|form|express|offer|make) (?:an? |any |my )?(?:views?|opinions?|comments?|judge?ment|answer|suggestions?))"
    r"(?: (?:on|about|it|this|that|these|either|way|anything|yes|or|no|much|more))*)?"
    r"(?: (?:really|sorry|yet|right now|now|at (?:the|this) (?:moment|time|stage|point)|at present|to be honest|for sure|thanks|thank you))*"
)
"""That one does not know, or not enough to say: not what it is that one does not know."""
_NOT_YET: Final = re.compile(
    r"(?!.*\b(?:but|because|however)\b)(?:\w+ ){0,12}(?:will|may|might|should|can|could) (?:\w+ )?(?:be able to )?(?:answer|comment|say|judge|tell)(?: (?:on|about))?(?: (?:this|that|it))?"
    r"(?: (?:at a )?later(?: date| on| time| stage)?| in (?:due course|time)| another time| once (?:it|i|we|they)(?: \w+){1,5})"
)
_MISTAKEN: Final = re.compile(
    r"(?:sorry |oops |i |we |have |ive )*(?:filled|completed|answered|ticked|clicked|pressed)(?: (?:this|the|that|it|my|form|question|box|survey|answer|in|out))* (?:in wrong|wrong|wrongly|by mistake|in error|incorrectly|by accident)"
    r"|(?:sorry )?(?:i )?(?:filled in |ticked |answered )?(?:the )?wrong (?:form|question|box|answer)|(?:please )?(?:ignore|disregard) (?:(?:this|that|my|the|previous|last|above|answer|response|comment|form|please) ?)+"
)
_ABOUT_ANSWERS: Final = re.compile(
    r"(?:all )?(?:of )?(?:my|our|these|the) (?:answers?|responses?|comments?)(?: (?:on|to|in|at|above|below|here|page|section|question|one|two|three|the|previous|all|\d{1,2})){0,6} (?:relates?|refers?|apply|applies|is about|are about)(?: only)?(?: to)?(?: \w+){1,4}"
)
_SAME: Final = re.compile(r"(.)\1*")
_AGAIN: Final = re.compile(r"([a-z]{2,4})\1{2,}")
_DRAWN_OUT: Final = re.compile(r"([a-z])\1{2,}")
_TWICE: Final = re.compile(r"(?:[a-z]{2,3}?)?([a-z]{2,3})\1{2,}[a-z]{0,2}")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LONGEST: Final = 120
"""Characters; a longer text says something, whatever it is made of."""
_NUMBER: Final = re.compile(r"\d{1,2}")
_OWN_NUMBER: Final = re.compile(r"(?:q|question|no|number|c|cwestiwn|f|frage|p|pregunta)? ?0*(\d{1,2})(?:\b|[a-z]\b)")
_NOT_THE_LAST: Final = re.compile(
    r"\b(?:below|isod|dessous|plus bas|unten|abajo|other|others|autres?|eraill|andere\w*|otras?|all|relates?|refers?|apply|applies)\b"
)
"""What says that it is not the answer just before."""


def is_non_answer(text: str) -> bool:
    """Whether the whole text says nothing, whatever was asked."""
    return kind_of(text) is not None


def kind_of(text: str) -> str | None:
    """The class of `KINDS` of a text that says nothing whatever was asked; None for one that says something."""
    bare = without_placeholders(text)
    folded = fold(bare)
    if bare is not text and _CONTACT.fullmatch(folded):
        return "personal"
    if not any(character.isalpha() for character in folded):
        return "blank_like"
    whole = (_says_nothing(folded, bare) if len(folded) <= _LONGEST else None) or covers_all(text)
    if whole is not None or len(folded) > _LONGEST:
        return whole
    kinds = [_says_nothing(fold(part), part) for part in re.split(r"[.;,!?\n]", bare) if fold(part)]
    # Of several, the one that tells most: "No. See Q3" refers.
    return min(kinds, key=_TELLING.index) if kinds and all(kinds) else None


def asked_for(wording: str, texts: Iterable[str] = ()) -> str:
    """What a question asks for: "yes_no"; "names", something to name ("What could be better?"); else "open".

    Where it asks yes or no, "no" is an answer, and where it asks to name something "nothing" is one. "Have you any other
    comments?" asks for neither. Where the wording is not there to ask anything ("Q1"), the answers tell: people say
    "nothing" to what they were asked to name, and "no" or "none" to what they might have added.

    Args:
        wording: The question, or the header that stands for it.
        texts: The answers to it.
    """
    folded = fold(wording)
    if _ASKS_MORE.search(folded):
        return "open"
    if _NAMES.search(_OPINION.sub(" ", folded)):
        return "names"
    if _YES_NO.match(folded) and not _OPINION.match(folded):
        return "yes_no"
    if len(folded.split()) > _HEADER_WORDS or "?" in wording:
        return "open"
    said = Counter(fold(text) for text in texts if len(text) <= _SHORT)
    nothing = sum(said[each] for each in _NOTHING)
    return "names" if nothing >= _ENOUGH and nothing >= _TIMES * sum(said[each] for each in _NEITHER) else "open"


def says_nothing(asked: str, quoted: frozenset[str] = frozenset()) -> Callable[[str], bool]:
    """Whether a piece of an answer says nothing, where that was asked: "nothing" is a point if it is an answer.

    A question that people only repeat, one of `quoted_questions`, is no point of theirs.
    """
    return lambda text: (
        (is_non_answer(text) and short_answer(text, asked) != "nothing")
        or ("?" in text and bool(quoted) and bare_question(text) in quoted)
    )


def short_answer(text: str, asked: str) -> str | None:
    """The answer yes, no or nothing, where a text is that and the question asks for it; else None."""
    folded = _once(fold(text))
    more = _NOTHING_MORE.fullmatch(folded)
    if asked == "yes_no":
        no = folded in _NO or (more is not None and more["head"] in ("no", "nope", "not"))
        return "yes" if folded in _YES else "no" if no else None
    if (
        asked == "names"
        and folded not in _NO
        and folded not in ("na", "n a", "not applicable", "null", "undefined", "nil")
    ):
        told = folded in LEXICON["none"] or (more is not None and (more["head"] or "nothing").startswith("no"))
        return "nothing" if told and not folded.startswith(("not appl", "not relevant", "does")) else None
    return None


_TELLING: Final = (
    "refers",
    "attached",
    "covering",
    "no_comment",
    "unsure",
    "none",
    "thin",
    "noise",
    "personal",
    "blank_like",
)


def _once(folded: str) -> str:
    """What is said over and over, once: "yes yes yes", "nonono" and "nooo" give yes, no and no."""
    told = folded.split()
    for n in range(1, len(told) // 2 + 1):
        if len(told) % n == 0 and told == told[:n] * (len(told) // n):
            return " ".join(told[:n])
    again = _AGAIN.fullmatch(folded)
    short = again[1] if again is not None else _DRAWN_OUT.sub(r"\1", folded)
    return short if short in _YES | _NO else folded


def _says_nothing(folded: str, text: str) -> str | None:
    written, folded = folded, _once(folded)
    for kind, phrases in LEXICON.items():
        if folded in phrases:
            return kind
    for kind, pattern in (
        ("refers", _SEE),
        ("unsure", _NO_THOUGHT),
        ("no_comment", _NOTHING_TO),
        ("unsure", _NO_WORDS),
        ("unsure", _UNKNOWING),
        ("none", _NOTHING_MORE),
        ("unsure", _NO_THOUGHT_ELSEWHERE),
        ("unsure", _NOT_YET),
        ("thin", _MISTAKEN),
        ("refers", _ABOUT_ANSWERS),
    ):
        if pattern.fullmatch(folded):
            return kind
    # "Bus bus bus" says bus; "asd asd asd" and "la la la" are no words.
    struck = len(folded) == 2 or any(folded in row or folded in row[::-1] for row in _ROWS)
    return "noise" if _is_noise(folded, text) or (struck and _is_noise(written, text)) else None


def _is_noise(folded: str, text: str) -> bool:
    joined = folded.replace(" ", "")
    if _SAME.fullmatch(joined) or _TWICE.fullmatch(joined):
        return True
    told = [word for word in folded.split() if word not in _GRAMMAR]
    return bool(told) and all(_is_struck(word, text) or (len(word) > 2 and _SAME.fullmatch(word)) for word in told)


def _is_struck(word: str, text: str) -> bool:
    """Whether a word is keys struck at random: four neighbours of one row of the keyboard, or no vowel in sight."""
    if len(word) < 4 or not word.isalpha() or not word.isascii() or word.upper() in text:
        return False
    for row in _ROWS:
        if (
            len(word) >= 4
            and set(word) <= set(row)
            and (word[:4] in row or word[:4] in row[::-1])
            and word not in _TYPED
        ):
            return True
    return not set(word) & set("aeiouyw")


_GRAMMAR: Final = frozenset("it its is was the a an i im am my he she they we by at in of to and".split())
"""Words that tell nothing beside keys struck at random."""
_TYPED: Final = frozenset("were wert pore power port rewe tree type".split())
"""Words that stand in one row of the keyboard."""


def mark_non_answers(
    responses: pl.DataFrame,
    questions: pl.DataFrame,
    answers: Collection[str] = (),
    set_aside: Collection[str] = (),
    closed: Collection[str] = (),
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int]]:
    """Sets apart the responses to one question that say nothing.

    Args:
        responses: RESPONSES of one question.
        questions: QUESTIONS, in their order: what was asked says whether "no" is an answer, and which one "see Q3" means.
        answers: Ids of responses that a person put back: they are answers. An id, or the question's, a colon, and it.
        set_aside: Ids of responses that a person said to say nothing, written likewise.
        closed: The closed questions, one of which "see Q3" may mean too.

    Returns:
        RESPONSES with status `non_answer` on those, the others keep theirs; NON_ANSWERS; and how many responses are the
        answers "yes", "no" or "nothing", where the question asks for that.
    """
    answers, set_aside = frozenset(answers), frozenset(set_aside)
    wordings = dict(questions.select("question_id", "wording").iter_rows())
    asked = {
        question_id: asked_for(wordings.get(str(question_id), ""), mine["text"])
        for (question_id,), mine in responses.group_by("question_id")
    }
    rows: list[tuple[str, str, str | None]] = []
    short: Counter[str] = Counter()
    for response_id, question_id, text in responses.select("response_id", "question_id", "text").iter_rows():
        kind, decided = kind_of(text), decision(question_id, response_id, answers, set_aside)
        if decided == "answer" or (kind is None and decided is None):
            continue
        said = short_answer(text, asked[question_id])
        if said is not None and decided is None:
            short[said] += 1
            continue
        means = _referred(text, question_id, list(wordings.items()), sorted(closed)) if kind == "refers" else None
        rows.append((response_id, kind if kind is not None and said is None else "set_aside", means))
    found = pl.DataFrame(rows, schema=NON_ANSWERS_FRAME.schema, orient="row")
    says_nothing = pl.col("response_id").is_in(found["response_id"].implode())
    status = pl.when(says_nothing).then(pl.lit("non_answer")).otherwise(pl.col("status")).alias("status")
    return responses.with_columns(status), check_frame(found, NON_ANSWERS_FRAME), dict(sorted(short.items()))


def put_back(responses: pl.DataFrame, answers: Collection[str], set_aside: Collection[str] = ()) -> list[list[str]]:
    """The responses that are answers because a person put them back: the id and class of each, by id.

    Args:
        responses: RESPONSES of one question.
        answers: As in `mark_non_answers`; one that says something anyway is left out.
        set_aside: As in `mark_non_answers`.
    """
    if not answers:
        return []
    answers, set_aside = frozenset(answers), frozenset(set_aside)
    rows = responses.select("response_id", "question_id", "text").sort("response_id").iter_rows()
    told = [(r, kind_of(text)) for r, q, text in rows if decision(q, r, answers, set_aside) == "answer"]
    return [[response_id, kind] for response_id, kind in told if kind is not None]


def decide(
    config: NonAnswersConfig, question_id: str, response_ids: Iterable[str], *, answer: bool
) -> NonAnswersConfig:
    """The section with a person's decision in it, in place of what was decided of these responses before.

    Args:
        config: What was decided so far.
        question_id: The question.
        response_ids: Responses to it.
        answer: Whether they are answers; else they say nothing.
    """
    named = [f"{question_id}:{response_id}" for response_id in response_ids]
    rest = {key: [each for each in getattr(config, key) if each not in named] for key in ("answers", "set_aside")}
    rest["answers" if answer else "set_aside"] += named
    return NonAnswersConfig(answers=tuple(rest["answers"]), set_aside=tuple(rest["set_aside"]))


def decision(question_id: str, response_id: str, answers: Collection[str], set_aside: Collection[str]) -> str | None:
    """What a person decided of a response: "answer" or "set_aside"; None where nobody did.

    One that names the question goes before one that does not.
    """
    for known in (f"{question_id}:{response_id}", response_id):
        if known in set_aside:
            return "set_aside"
        if known in answers:
            return "answer"
    return None


def _referred(text: str, question_id: str, questions: list[tuple[str, str]], closed: list[str]) -> str | None:
    """The question that "see Q3" or "as above" means; None where it cannot be told."""
    ids = [known for known, _ in questions]
    folded = fold(text)
    number = _NUMBER.search(folded)
    if number is None:
        place = ids.index(question_id) - 1 if question_id in ids else -1
        return ids[place] if place >= 0 and not _NOT_THE_LAST.search(folded) else None
    wanted = int(number.group())
    numbered = {known: _numbers_of(known, wording) for known, wording in questions}
    for known, numbers in numbered.items():
        if wanted in numbers:
            return known if known != question_id else None
    chosen = {known: _numbers_of(known, known) for known in closed}
    named = [known for known, numbers in chosen.items() if wanted in numbers]
    if named:
        return named[0] if len(named) == 1 else None
    # Its place counts where the questions have no numbers, or those which have stand at their own.
    counted = not any(chosen.values()) and all(
        not numbers or place in numbers for place, numbers in enumerate(numbered.values(), start=1)
    )
    place = wanted - 1
    return ids[place] if counted and 0 <= place < len(ids) and ids[place] != question_id else None


def _numbers_of(question_id: str, wording: str) -> set[int]:
    """The numbers by which people may name a question: of its id, and at the beginning of its wording."""
    found = (_OWN_NUMBER.match(fold(question_id)), _OWN_NUMBER.match(fold(wording)))
    return {int(match.group(1)) for match in found if match is not None}


__all__ = [
    "KINDS",
    "NON_ANSWERS",
    "asked_for",
    "decide",
    "decision",
    "fold",
    "is_non_answer",
    "kind_of",
    "mark_non_answers",
    "put_back",
    "quoted_questions",
    "short_answer",
]
