"""Names of people after honorifics, where people introduce themselves, and in signatures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from consult.redact.numbers import Found
from consult.words import FUNCTION_WORDS

FIRST_NAMES: Final = frozenset(
    """aaron abigail adam adrian ahmed aisha alan albert alex alexander alexandra alfie ali alice alison alun alwyn amanda amber
    amelia amina amy andrea andrew angela angharad anita ann anna anne annette anthony antonia anwen arthur arwel ashley audrey
    barbara barry beatrice ben benjamin bernard bethan beti betty beverley bill blodwen bob bradley branwen brenda brian bridget
    bronwen bryn caitlin callum carl carol caroline carolyn carwyn carys catherine catrin ceri charles charlie charlotte chloe
    chris christina christine christopher claire clare clive colin connor craig cynthia dafydd daisy daniel darren dave david
    dawn debbie deborah delyth denise dennis derek diana diane dilys donald donna dorothy doreen duncan dylan edith edna edward
    eifion eileen eira eirlys elaine eleanor eleri elin eliot elis elizabeth ella ellen ellie elliott eluned elwyn emily emma emyr
    enid eric erin ethan eunice eurwen eve evelyn ffion fiona florence frances francesca francis frank fred frederick freya gail
    gareth garry gary gavin gaynor gemma geoff geoffrey george georgia gerald geraint gerallt gerard gethin gillian glenda glenys
    glyn glynis gordon grace graham grant greg gregory guto gwen gwenda gwenllian gwilym gwyn gwyneth hanna hannah harold harriet
    harry hassan hayley hazel heather hefin helen helena henry hilary hilda holly howard huw hywel iain ian ibrahim idris iestyn ieuan
    ifan ifor imogen ioan iolo iona irene iris isaac isabel isabella isla iwan jack jackie jacob jacqueline jade jake james jamie jane
    janet janice jasmine jason jean jeff jeffrey jennifer jenny jeremy jessica jill jim jo joan joanna joanne joe joel john jonathan
    jordan joseph joshua joy joyce judith judy julia julian julie june karen karl kate katherine kathleen kathryn katie keith kelly
    kenneth kerry kevin kieran kim kirsty kyle laura lauren lawrence leah leanne lee leo leonard leslie lewis liam linda lindsay
    lisa liz llinos lloyd lois lorna lorraine louis louise lowri lucas lucy luke lynda lynn lynne mabel maddie maldwyn malcolm manon
    marc marcus mared margaret maria marian marie marilyn mark marjorie martha martin martyn mary matthew maureen maurice max megan
    meinir meirion melanie meleri melissa menna meredith mererid merfyn mia michael michelle mike mohamed mohammad mohammed molly
    morag morwenna muhammad muriel myfanwy nadia nancy naomi natalie natasha neil nerys nesta nia nick nicholas nicola nicole nigel
    nina noah nora norma norman olive oliver olivia olwen omar oscar osian owain owen pamela pat patricia patrick paul paula pauline
    peggy penelope penny peter phil philip phillip phyllis priya rachael rachel ralph raymond rebecca rhian rhiannon rhodri rhona rhys
    richard rita rob robert roberta robin roderick rodney roger roland ronald rosalind rose rosemary rosie ross roy ruby rupert
    russell ruth ryan sally sam samantha samuel sandra sara sarah sean sebastian sharon sheila shirley sian simon sioned siwan sophia
    sophie stacey stanley stella stephanie stephen steve steven stewart stuart sue susan suzanne sybil sylvia tamsin tara ted teresa
    terence terry thelma theo theresa thomas tim timothy tina toby tom tomos tony tracey tracy trefor trevor tudur una valerie vanessa
    vera vernon veronica victor victoria vincent violet vivien walter wayne wendy wilfred william winifred wyn yasmin yvonne zoe
    pierre jacques françois michel philippe nathalie isabelle hans jürgen klaus wolfgang uwe heike sabine petra josé carlos javier
    carmen pilar""".split()
)
"""First names that open a signature; a rarer one is still found after a letter's closing words."""

_NAME: Final = r"[^\W\d_a-zßà-öø-ÿ](?:[^\W\d_]|['’-](?=[^\W\d_]))*(?:['’][^\W\d_]+)?"
_PARTICLE: Final = r"(?:(?:de|van|der|den|von|du|la|le|ap|ab|ferch|bin|al|el|y|da|dos|di)[ ]){0,2}"
_WHOLE: Final = rf"(?:(?:[^\W\d_a-z]\.[ ]?){{1,3}}{_NAME}|{_NAME}|[^\W\d_a-z](?=[ ]{_NAME}))(?:[ ](?:[^\W\d_a-z]\.[ ]?){{1,2}}{_NAME}|[ ]?-[ ]?{_NAME}|[ ]{_PARTICLE}(?:{_NAME}|[^\W\d_a-z]\.?(?=[ ][^\W\d_a-z]))){{0,3}}"
_HONORIFIC: Final = re.compile(
    rf"(?<![\w'’])(?:Messrs|Mr|Mrs|Ms|Miss|Mx|Dr|Doctor|Prof|Professor|Revd|Rev|Reverend|Nurse|Midwife|MR|MRS|MS|MISS|DR|PROF|Mme|Mlle"
    rf"|Monsieur|Madame|Mademoiselle|Herrn?|Frau|Señora?|(?<=[Ee]l )Sr|(?<=[Ll]a )Sra|Doña|Y Parch|Parch)(?:edig)?\b\.?"
    rf"(?:[ ]?(?:and|&|/|a|et|und|y)[ ]?(?:Mrs|Mr|Ms|Dr|Mme|Frau|MRS|DR)\b\.?)?[ \u00a0]{{1,2}}(?:Dr\.?[ ])?({_WHOLE})"
)
_DRIVE: Final = re.compile(r"\d[\w-]*\s+(?:[A-Z][A-Za-z'’-]*\s+){1,4}$")
"""What stands before "Dr" where it is a street."""
_LOWER_HONORIFIC: Final = re.compile(
    r"(?<![\w'’])(?:mr|mrs|prof|professor|(?:^|(?<=by )|(?<=my )|(?<=with )|(?<=from )|(?<=saw )|(?<=see )|(?<=seen )|(?<=told )|(?<=and )|(?<=thanks )|(?<=you )|(?<=the )|(?<=, ))dr)\b\.?(?: (?:and|&) (?:mrs|dr)\b\.?)? ((?:[a-z]\.? )?[^\W\d_]{3,}(?:['’-][^\W\d_]+)*)"
)
_INTRODUCED: Final = re.compile(
    r"(?:(?<!\w)(?:my (?:full |own |first |sur|middle |maiden )?names?(?: is|[’']s|\s*[:=-])|i am called|i[’']m called|they call me|signed(?: by|\s*:)|name of respondent\s*:"
    r"|(?:full |first |last |your |contact |sur)?name\s*[:=]|(?:fy enw(?: llawn)?(?: i)?|f[’']enw i) (?:yw|ydy|ydi|:)|enw\s*:|je m[’']appelle|mon nom(?: est|\s*:)|nom\s*:"
    r"|mein name ist|ich hei(?:ß|ss)e|name ist|me llamo|mi nombre es|nombre\s*:))\s*[\"“'‘]?",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"(?:(?<!\w)(?:yours?(?:,)? (?:very )?(?:faithfully|sincerely|truly|respectfully)|(?:(?:with|kind|kindest|best|warm|warmest|many) )+(?:regards|wishes)|regards|rgds|sincerely|respectfully(?: submitted)?"
    r"|all the best|cofion(?: cynnes| gorau| caredig)?|(?:yr eiddoch )?yn g(?:ywir|wir)|yr eiddoch|(?:bien )?cordialement|bien à vous|sincères salutations|(?:mit )?(?:freundlichen?|viele[nr]?|beste[nr]?|liebe[nr]?) gr(?:ü|ue|u)(?:ß|ss)en?"
    r"|hochachtungsvoll|(?:un )?(?:cordial )?saludos?|atentamente|signed|sent by|submitted by)(?!\w))[\s,.!:;–—-]{1,12}",
    re.IGNORECASE,
)
_THANKS: Final = re.compile(
    r"(?<!\w)(?:(?:many )?thanks(?: again)?|thank ?you(?: very much)?|ta|cheers|diolch(?: yn fawr)?|merci|danke|gracias|love|from)[\s,.!:;–—-]{1,8}",
    re.IGNORECASE,
)
_SIGNED: Final = re.compile(rf"({_WHOLE})(?=[ \t]*(?:[,.;(|/–—-]|\r?\n|$|[ ]{{2,}}))")
_LAST_LINE: Final = re.compile(
    rf"(?:^|\n)[ \t]*(?:[-–—~*]+[ ]?)?({_WHOLE})[ \t.]*$|[.!?][ ]{{0,2}}[-–—~]{{1,2}}[ ]?({_WHOLE})(?:,[ ]?{_NAME}(?:[ ]{_NAME})?)?[ \t.]*$"
)

_NO_NAMES: Final = frozenset(
    """speaker chairman chairwoman chairperson chair president minister mayor bean bates kipling whippy who martens foster beeching
    christmas brexit right wrong big nice clean plod men president's secretary judge ambassador deputy députée député ministre
    maire bürgermeister bürgermeisterin präsident surgery surgeries receptionist receptionists appointment appointments nurse
    nurses doctor doctors gp gps practitioner practitioners practice manager managers staff team service services clinic room
    sister specialist ps pps consultant consultants led associate assistant prescriber call calls station bank cymru wales england
    scotland britain uk gov nhs council department team address number no yes and or the i we they he she it you is was very
    who that this these those never sometimes please thank thanks dear sir madam withheld anonymous private unknown confidential
    known not on in at of for to my all everyone anyone mud legion president home road street regards sincerely faithfully
    england's not consultation response comments comment submission group committee society association trust partnership ltd
    limited plc llp board forum club church school college university hospital office sent iphone ipad phone mobile outlook
    android samsung gmail google cyngor welsh english british local resident residents parent parents concerned citizen taxpayer
    pensioner patient patients member members user users owner owners driver cyclist""".split()
)
"""Words that follow an honorific or a closing without being a private person's name: offices, fiction, organisations."""
_ORGANISATIONS: Final = frozenset(
    """health healthcare solutions coalition stakeholders systems inc corp corporation llc ltd limited plc group america american
    citizen citizens association society council trust partnership committee foundation institute university college school union
    centre center services company justice freedom network alliance federation friends residents forum campaign party church
    government ministry agency department authority board team""".split()
)
"""Words of an organisation that signs: no name."""
_PUBLIC: Final = frozenset(
    """drakeford gething starmer sunak corbyn farage trump biden obama thatcher macron merkel scholz merz putin zelensky zelenskyy
    sarkozy hollande mitterrand churchill attlee gandhi mandela lenin stalin hitler marx darwin shakespeare beveridge bevan
    sturgeon swinney badenoch miliband reagan nixon kennedy trudeau ardern erdogan netanyahu modi orban einstein newton""".split()
)
_PUBLIC_WHOLE: Final = frozenset(
    """mark drakeford|vaughan gething|eluned morgan|rhun ap iorwerth|andrew davies|keir starmer|rishi sunak|liz truss|boris johnson
    |theresa may|david cameron|gordon brown|tony blair|john major|margaret thatcher|jeremy corbyn|nigel farage|ed davey|nick clegg
    |angela rayner|rachel reeves|wes streeting|jeremy hunt|matt hancock|sadiq khan|andy burnham|nicola sturgeon|john swinney
    |aneurin bevan|nye bevan|david lloyd george|donald trump|joe biden|barack obama|george bush|bill clinton|hillary clinton
    |emmanuel macron|jane dodds|adam price|leanne wood|carwyn jones|rhodri morgan|ajit pai|tom wheeler""".replace(
        "\n    ", ""
    ).split("|")
)
"""Holders of office who are known by name across a country: what is said of them is the subject. More in [redact] keep."""
_OFFICE_BEFORE: Final = re.compile(
    r"\b(?:prime minister|president|councillor|cllr|minister|secretary|mayor|lord|lady|baroness|sir|dame|senator|governor|chancellor"
    r"|commissioner|chairman|rt hon|honourable|leader|cynghorydd|gweinidog|ministre|kanzlerin?)\.?,?\s+$",
    re.IGNORECASE,
)
_OFFICE_AFTER: Final = re.compile(r"(?:[^\W\d_]+\s+){0,3},?\s*(?:MP|MS|AM|AS|MEP|MSP|MLA|TD|PCC)\b")
_FUNCTION: Final = frozenset(word for known in FUNCTION_WORDS.values() for word in known) - {"ap", "will", "may", "mae"}


def find_names(text: str) -> Iterator[Found]:
    """Finds the names of one text; what it finds may overlap."""
    for match in _HONORIFIC.finditer(text):
        if match.group()[:2] in ("Dr", "DR") and _DRIVE.search(text, max(0, match.start() - 40), match.start()):
            continue
        shouted = match.group().isupper()
        first_name = _is_first_name(match.group(1).split()[0])
        most = 4 if not shouted else 2 if first_name else 1
        yield from _kept(text, match.start(1), match.end(1), match.start(), most=most)
    lower = (
        text if text.islower() or " mr " in text or " mrs " in text or " dr" in text or text[:2] in ("mr", "dr") else ""
    )
    for match in _LOWER_HONORIFIC.finditer(lower):
        if match.group(1).split()[-1] not in _FUNCTION | _NO_NAMES:
            yield match.start(1), match.end(1), "name"
    for match in _INTRODUCED.finditer(text):
        yield from _introduced(text, match.end())
    for match in _CLOSING.finditer(text):
        signed = _SIGNED.match(text, match.end())
        if signed:
            yield from _kept(text, signed.start(1), signed.end(1), match.start(), most=4)
        else:
            yield from _first_name(text, match.end())
    for match in _THANKS.finditer(text):
        yield from _first_name(text, match.end())
    last = (
        _LAST_LINE.search(text.rstrip())
        if "\n" in text or "-" in text or "–" in text or "—" in text or "~" in text
        else None
    )
    if last:
        group = 1 if last.group(1) else 2
        parts = last.group(group).split()
        if (
            len(parts) > 1
            and parts[0].lower() in FIRST_NAMES
            and "\n" in text[: last.start(group)] + "\n" * (group == 2)
        ):
            yield from _kept(text, last.start(group), last.end(group), last.start(group), most=4)


def looks_like_name(text: str) -> bool:
    """Whether the whole text is a first name of the list and one to three more names."""
    parts = text.replace(",", " ").split()
    return (
        2 <= len(parts) <= 4
        and all(part.replace("-", "").replace("'", "").replace(".", "").isalpha() for part in parts)
        and any(part.lower() in FIRST_NAMES for part in parts[:2])
    )


def _is_first_name(word: str) -> bool:
    lower = word.lower()
    bare = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return lower in FIRST_NAMES or bare in FIRST_NAMES


def _kept(text: str, start: int, end: int, opened: int, most: int) -> Iterator[Found]:
    """The name, cut before the first word that is none; nothing where it is a public figure's or no name at all."""
    end_of = start
    for place, match in enumerate(re.finditer(r"\S+", text[start:end])):
        word = re.sub(r"['’]s$", "", match.group().strip(".,'’").lower())
        particle = word in _PARTICLES
        if place >= most or word in _NO_NAMES or (word in _FUNCTION and len(word) > 1 and not particle):
            break
        if not particle:
            end_of = start + match.end()
    if text.endswith(("'s", "’s"), start, end_of):
        end_of -= 2
    folded = text[start:end_of].lower().strip(".")
    masked = set(folded) <= set("x .-_")
    if masked or set(re.findall(r"[^\W\d_]+", text[start:end].lower())) & _ORGANISATIONS:
        return
    if len(folded) < 2 or folded in _PUBLIC_WHOLE or folded.split()[-1] in _PUBLIC:
        return
    if not _OFFICE_BEFORE.search(text, max(0, opened - 30), opened) and not _OFFICE_AFTER.match(text, start):
        yield start, end_of, "name"


_PARTICLES: Final = frozenset("de van der den von du la le ap ab ferch bin al el y da dos di".split())


def _introduced(text: str, at: int) -> Iterator[Found]:
    """The name after "my name is": as it is written, or up to two words in lower case."""
    capital = re.compile(rf"(?:(?i:mr|mrs|ms|miss|dr)\b\.? )?({_WHOLE})").match(text, at)
    if capital:
        yield from _kept(text, capital.start(1), capital.end(1), at, most=4)
        return
    lower = re.compile(
        r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*(?: (?:ap|ferch|de|van|von))?(?: (?:[^\W\d_]{2,}|o['’])(?:['’-]?[^\W\d_]+)*)?"
    ).match(text, at)
    if not lower:
        return
    words = lower.group().split()
    if words[0].lower() in _FUNCTION | _NO_NAMES:
        return
    while words[-1].lower() in _FUNCTION | _NO_NAMES:
        words.pop()
    length = len(" ".join(words))
    yield at, at + length, "name"


def _first_name(text: str, at: int) -> Iterator[Found]:
    """A name of the list at the end of a text or line, capital or not, with one or two names after it."""
    end = text.find("\n", at)
    line = text[at : end if end >= 0 else len(text)].rstrip(" \t\r.,!)")
    words = [re.sub(r"[.,'’-]", "", word).lower() for word in line.split()]
    listed = 1 <= len(words) <= 4 and _is_first_name(words[0]) and all(map(str.isalpha, words))
    if listed and not {word for word in words if len(word) > 1} & (_NO_NAMES | _FUNCTION - _PARTICLES):
        yield at, at + len(line), "name"
