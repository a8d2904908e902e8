"""Classes of words that say where a phrase may begin and end, so that it reads whole and means what was meant.

There is no parser: a few closed classes of five languages tell a noun phrase or a whole statement from torn words.
Other languages use those of English, which then hold few of their words, and their phrases are judged by the ends of
clauses alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Grammar:
    """Closed classes of words of one language, lower case, apostrophes straight.

    Attributes:
        openers: Function words that may open a title, for they carry its sense: "more", "no", "too".
        denials: Words that turn round what follows, or, where the language has it so, what stands before.
        conditions: Words after which nothing is claimed: "if", "instead".
        determiners: Words that a noun follows: "the", "my".
        links: Prepositions: a noun follows, and a phrase that ends before one may be whole.
        leading: Words that a verb in its plain form follows: "to", "should".
        copulas: Forms of "be" and "have": what follows is said of something else.
        subjects: Pronouns: what follows is a verb without its subject.
        personal: Words that make a phrase one person's story.
        turns: Conjunctions inside a sentence, after which a phrase must run on to the end.
        pointing: Pronouns that point at something said before.
        starters: Function words that may open a whole clause as a title: "nothing could be better".
        refusals: Denials that open a title though their subject is left out: "cannot use an app".
        wishes: Verbs that ask for something where they open a clause: "keep", "stop".
        wanting: Words after which a verb in its plain form asks for something: "should".
        higher: Adjectives that ask for more of something: "wider", "later".
        asking: Endings of the verb that opens a clause and asks for something, a noun's article after it.
        closing: Endings of the verb that closes a clause and asks for something.
        capital_nouns: Whether every noun is written with a capital.
    """

    openers: frozenset[str]
    denials: frozenset[str]
    conditions: frozenset[str]
    determiners: frozenset[str]
    links: frozenset[str]
    leading: frozenset[str]
    copulas: frozenset[str]
    subjects: frozenset[str]
    personal: frozenset[str]
    turns: frozenset[str]
    pointing: frozenset[str]
    starters: frozenset[str]
    refusals: frozenset[str]
    wishes: frozenset[str]
    wanting: frozenset[str]
    higher: frozenset[str]
    asking: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    capital_nouns: bool = False

    @property
    def closed(self) -> frozenset[str]:
        """Words that are never names."""
        return self.determiners | self.links | self.leading | self.copulas | self.denials | self.turns


def _of(
    *, asking: tuple[str, ...] = (), closing: tuple[str, ...] = (), capital_nouns: bool = False, **classes: str
) -> Grammar:
    members = {name: frozenset(words.split()) for name, words in classes.items()}
    return Grammar(**members, asking=asking, closing=closing, capital_nouns=capital_nouns)


GRAMMARS: Final[dict[str, Grammar]] = {
    "en": _of(
        openers="more less better fewer keep too no lack",
        denials="""no not never without nor neither cannot can't cant don't dont doesn't doesnt didn't didnt won't wont
            wouldn't wouldnt couldn't couldnt shouldn't shouldnt isn't isnt aren't arent wasn't wasnt weren't werent
            hasn't hasnt haven't havent hadn't hardly barely nothing nobody none ain't n't""",
        conditions="""if when where why how unless whether than instead rather although though while whereas until
            except despite""",
        determiners="the a an this that these those my our your their his her its some any each every another all both",
        links="""of in on at for with from by about into over under between through during around near towards against
            outside inside behind beyond along across per after before""",
        leading="to should would will could can must may might shall please let's need",
        copulas="is are was were be been being am isn't has have had it's that's there's they're get got gets getting",
        subjects="i we you they he she it who which that people everyone everybody someone i'm i've we've they've",
        personal="""i i'm i've i'd i'll im ive me my mine myself he he's him his himself she she's her hers herself we
            we've we'll we're we'd us our ours ourselves they they'll they're they've you you'll you're you've your
            yours who whom u ur mum dad mother father husband wife son daughter sister brother partner friend wife's
            mum's dad's mother's father's grandson granddaughter grandfather grandmother nan""",
        turns="because since as so but that which who what being having that's who's",
        pointing="it them this these those its they so such here there",
        starters="""all every everything everyone everybody nothing nobody not never very too against only why should
            would could must need needs cannot can't don't do how""",
        refusals="cannot can't cant couldn't couldnt unable",
        wishes="""keep stop ban bring scrap make give get put let fix fill cut reduce increase improve provide build
            add save remove restore protect introduce invest extend reopen listen enforce limit ensure repair mend
            replace employ hire recruit abolish legalise legalize prohibit retain maintain preserve consider publish
            consult explain respect treat tackle prevent prioritise prioritize promote encourage widen reinstate
            rethink allow bin axe""",
        wanting="should must please let's lets need",
        higher="""wider later safer cheaper cleaner shorter faster earlier lower quieter warmer greener stricter tougher
            fairer clearer easier simpler nicer brighter healthier quicker""",
    ),
    "fr": _of(
        openers="plus moins mieux trop aucun aucune",
        denials="pas ne sans aucun aucune jamais ni rien non n'est n'ont n'a n'y n'en",
        conditions="si sauf plutôt que quand lorsque bien",
        determiners="le la les un une des du l ce cet cette ces mon ma mes notre nos votre vos leur leurs son sa ses",
        links="de d à au aux en dans sur sous par pour avec chez entre vers contre",
        leading="à pour de faut doit doivent devrait pouvoir peut peuvent",
        copulas="est sont était étaient être été a ont avait avoir c'est sera serait",
        subjects="je tu il elle on nous vous ils elles qui j c ça ca cela",
        personal="je j j'ai mon ma mes moi me tu il elle nous vous qui père mère mari femme fils fille",
        turns="parce car que qui où quand comme mais donc",
        pointing="il elle ils elles ça ca cela ceci celui y en",
        starters="tout tous rien jamais trop contre il",
        refusals="impossible",
        wishes="interdire créer renforcer supprimer arrêter imposer former lutter",
        wanting="faut faudrait doit doivent devrait devraient",
        higher="meilleur meilleure meilleurs meilleures davantage",
        asking=("er", "ir", "re"),
    ),
    "de": _of(
        openers="mehr weniger besser kein keine keinen",
        denials="nicht kein keine keinen keinem keiner ohne nie niemals weder nichts kaum",
        conditions="wenn falls ob als statt anstatt obwohl außer bis sofern",
        determiners="""der die das den dem des ein eine einen einem einer eines mein meine meinen unser unsere unseren
            ihr ihre ihren sein seine dieser diese dieses diesen jeder jede jedes alle""",
        links="in im an am auf aus bei beim für gegen mit nach von vom vor zu zum zur über um unter durch zwischen",
        leading="zu",
        copulas="""ist sind war waren sein wird werden wurde wurden hat haben hatte hatten kann können könnte könnten
            soll sollte sollten muss müssen müsste darf dürfen wäre wären würde würden""",
        subjects="ich wir du er sie es man ihr",
        personal="ich mich mir mein meine meinen meinem meiner wir uns unser unsere er ihm ihn du dein",
        turns="weil dass daß da wo wie aber denn sodass",
        pointing="es das dies sie ihn",
        starters="alles alle nichts niemand nie niemals gegen bitte",
        refusals="",
        wishes="",
        wanting="soll sollte sollten muss müssen müsste bitte",
        higher="bessere besserer breitere sichere günstigere längere kürzere schnellere frühere spätere",
        closing=("en",),
        capital_nouns=True,
    ),
    "es": _of(
        openers="más menos mejor demasiado",
        denials="no sin nunca ni jamás nada ningún ninguna tampoco",
        conditions="si aunque salvo excepto cuando",
        determiners="el la los las un una unos unas mi mis su sus nuestro nuestra este esta estos estas ese esa",
        links="de del a al en con por para sobre entre hacia desde contra",
        leading="a para debe deben puede pueden",
        copulas="es son era eran ser fue está están estaba ha han",
        subjects="yo tú él ella nosotros ellos ellas que quien se",
        personal="yo mi mis me nosotros nos nuestro nuestra él ella",
        turns="porque que quien donde cuando como pero",
        pointing="lo la los las esto eso ello",
        starters="todo todos nada nunca contra",
        refusals="imposible",
        wishes="prohibir crear mejorar eliminar reducir aumentar",
        wanting="debe deben debería deberían hay",
        higher="mejor mejores mayor mayores",
        asking=("ar", "er", "ir"),
    ),
    "cy": _of(
        openers="mwy llai gwell dim gormod",
        denials="dim heb ddim nid nad na ni",
        conditions="os oni pan tra ond yn hytrach",
        determiners="y yr fy ei ein eich eu pob",
        links="i o ar yn am gan gyda mewn dros drwy at rhwng heb",
        leading="i wedi",
        copulas="mae maen yw ydy oedd roedd bydd sydd sy bod",
        subjects="mi ti ef hi ni chi nhw",
        personal="mi fi fy fe hi ni ein dwi dwi'n rwy rwy'n rwyf",
        turns="achos oherwydd pan lle sut ond",
        pointing="hyn hynny hwn hon",
        starters="dim pawb popeth",
        refusals="methu",
        wishes="cadwch peidiwch rhowch gwnewch stopiwch dewch cadw",
        wanting="rhaid angen dylid dylai",
        higher="gwell diogelach",
    ),
}


def grammar_of(language: str) -> Grammar:
    """The classes of a language; those of English where it is not known."""
    return GRAMMARS.get(language, GRAMMARS["en"])


DENIALS: Final = frozenset[str]().union(*(grammar.denials for grammar in GRAMMARS.values())) - {"na", "ni", "que"}
"""Denials of all languages: answers mix them."""

PRIVATE: Final = frozenset("my his her mein meine meinen meinem meiner mon ma mes son sa ses mi mis fy ei".split())
"""Determiners that tell of one person: no title holds one."""

POSSESSIVES: Final = frozenset("my our your mein meine meinen unser unsere mon ma mes notre nos mi mis fy ein".split())
"""Determiners that tell of whoever speaks."""

DANGLING: Final = frozenset(
    """very really just also quite much many well able going want need make made get keep let think feel used using
    ensure provide provided providing having given giving getting last next sent says said told some any whether if when
    because such cause causes caused causing allow allows allowing help helps become becomes lead leads leading
    including include includes like based regarding concerning due according compared provides gives makes takes taking
    put putting altogether again already still even actually maybe perhaps instead
    honestly basically associated came come went etc ect usw str
    pretty looked extremely fairly absolutely totally completely incredibly especially""".split()
)
"""Words that leave a title hanging when it ends on them, though they carry some sense."""

STRESSES: Final = frozenset(
    "strongly fully totally completely definitely absolutely generally broadly wholly firmly certainly".split()
)
"""Words that are nobody's private detail, however few use them."""

PARTICLES: Final = frozenset("back away down up off out home along round forward over in on live lives go come".split())
"""Words that leave a title hanging on its end, unless a verb that they belong to opens it: "bring the toilets back"."""

COMPLAINTS: Final = frozenset("too no lack kein keine keinen trop aucun aucune demasiado gormod dim".split())
"""Words that open a phrase that complains, and asks for nothing."""

SHELLS: Final = frozenset(
    """first second third main biggest worry concern point reason question problem issue thing idea answer view opinion
    suggestion comment hope fear feeling conclusion result rest fact truth upshot reality""".split()
)
"""Words of which a statement says only that it comes: "my worry is ambulances"."""

LEADERS: Final = frozenset(
    """including regarding concerning following according based due further cause cos coz afin fois lors concernant
    hello hi hey dear sincerely regards""".split()
)
"""Words that lead on from what stands before: no title begins with one."""

TORN_PAIRS: Final = frozenset(
    {
        ("in", "order"), ("let", "alone"), ("as", "well"), ("such", "as"), ("make", "sure"), ("rest", "of"),
        ("en", "compte"), ("prendre", "compte"),
    }
)  # fmt: skip
"""Two words of which no title holds the second without the first, nor begins with both."""

EXAMPLES: Final = frozenset("example exemple beispiel ejemplo enghraifft".split())
"""Words that only lead to what is meant: no title holds one."""

BEGINNINGS: Final = frozenset(
    """very all everything everyone everybody it's that's there's they're i'm i've we've you've absolutely
    alles sehr tout tous todo todos popeth pawb""".split()
)
"""Words that begin an answer of their own after "nothing"."""

ARTICLES: Final = frozenset("a an un une ein eine einen una uno".split())
STAGES: Final = frozenset("more less most very really so plus moins très mehr weniger sehr más menos muy mwy".split())
"""Words between an article and an adjective."""

OF: Final = frozenset("of de d du des von del o".split())
"""Words before what something is of."""

FLOATING: Final = frozenset("all both each alle beide tous toutes todos todas".split())
"""Words that may stand between a verb and what it says: "they are all nice"."""

BY: Final = frozenset("by par von durch por gan".split())
"""Words before whoever does what a participle tells."""

MANNER: Final = frozenset("with into through via avec par mit durch per con por gyda drwy".split())
"""Words before the means or the end of what is done."""

PARTICIPLES: Final = ("ed", "spent", "built", "kept", "held", "paid", "sold", "né", "té", "sé", "és", "ée", "ées")
"""Endings of what is done to something that stands before: no title begins with one and a preposition, torn from it."""

LENT: Final = frozenset("help helps helped helping let lets make makes making see watch".split())
"""Verbs after which a noun and a verb's plain form stand: "help a child learn"."""

PREVENTS: Final = frozenset(
    "prevent prevents preventing stops stopping hinder hinders deprive deprives without".split()
)
"""Verbs that turn round what follows."""

NEEDS: Final = frozenset("need needs needed want wants ought like have has would could should must".split())
"""Words after which "more" asks for more."""

HALVES: Final = frozenset(
    """kann können könnte könnten soll sollen sollte sollten muss müssen müsste müssten darf dürfen dürfte wird werden
    wurde wurden würde würden""".split()
)
"""Verbs of German whose other half closes the clause."""

GENITIVES: Final = frozenset("der des eines einer unserer unseres ihrer ihres seiner dieser dieses".split())
"""Determiners of German that may follow a noun: "Ausbau der Bahn"."""

MEANS: Final = frozenset("mean means meant bedeutet heißt signifie significa golygu".split())
"""Verbs after which a whole statement may come."""

FINITE: Final = frozenset(
    "is are was were has had isn't est sont était ont ist sind war waren hat hatte es son era mae".split()
)
"""Verbs before which their subject stands."""

ELIDED: Final = ("d'", "qu'", "n'", "s'", "j'", "c'", "m'", "t'", "jusqu'", "lorsqu'", "puisqu'")
"""Elided words of French that no title begins with."""

WISHED: Final = frozenset(
    """could should must need needs couldn't couldnt can't cant cannot könnte könnten sollte sollten muss müssen
    pourrait devrait doit podría debería""".split()
)
"""Words after which praise tells of what is missing: "could be better"."""

DOES: Final = frozenset("makes gives keeps gets lets puts leaves takes brings".split())
"""Verbs that a subject stands before: a phrase that may begin inside its subject holds none."""

HELPLESS: Final = frozenset("make makes let put give keep get leave leaves".split())
"""Verbs that need more than what they are done to: a phrase that one opens runs on to the end of its clause."""

CLAIMS: Final = frozenset("that dass daß que bod".split())
"""Words before what somebody claims, not always the speaker."""

OUTCOMES: Final = frozenset(
    """will would could can may might won't wouldn't it'll they'll this'll peut peuvent pourrait pourraient
    puede pueden podría""".split()
)
"""Words before a verb that says what comes of something."""

OPINIONS: Final = frozenset(
    "think believe feel agree hope know glaube denke finde meine pense crois trouve creo pienso credu meddwl".split()
)
"""Words after which the claim is the speaker's own."""

COMPLETED: Final = frozenset(
    """allow allows allowing allowed enable enables enabling force forces forcing forced encourage encourages
    encouraging urge urges urging ask asks asking tell tells telling want wants wanting expect expects""".split()
)
"""Verbs that say little of whom they name before their "to": a title that holds one runs on to it."""

COUPLE: Final = {"en": "and", "fr": "et", "de": "und", "es": "y", "cy": "a"}
"""The word that joins two phrases, by ISO 639-1 code."""

WEAK: Final = frozenset(
    """two three four five six seven eight nine ten eleven twelve fifteen twenty thirty past minute moment half hour
    day week month year time people thing way bit lot place
    number question point part side end week's someone person good bad great nice lovely fine perfect excellent new old
    first last next improvement improve word
    balance favour favor
    good better best big small long little different same important able possible""".split()
)
"""Words that name no subject by themselves."""

ADDRESSES: Final = frozenset("mr mrs ms miss dr prof sir herr frau monsieur madame mme señor señora sister".split())
"""Words after which a person's name stands."""

GIVEN_NAMES: Final = frozenset(
    """adam aidan alan alasdair alex alice alison amanda amy andrea andrew angela angus ann anna anne anthony ben
    beth bethan brian
    bronwen caroline carys catherine charlotte chris christine christopher clare craig daniel darren dave
    david deborah debbie dylan eleri elin elizabeth ella ellie emily emma emyr fatima faye fiona gareth gary
    gemma geoff george gethin graham gwen hamish hannah harry hayley helen huw ian ibrahim imran isabel jacqueline
    james jamie jane janet jason jennifer jenny jessica jill jim jo joan joanna joanne joe john jon jonathan joseph
    josh joyce julia julie karen kate katherine kathleen katie keith kelly kerry kevin kirsty laura lauren leanne
    lesley liam linda lisa lorraine louise lucy luke lynn lynne margaret maria marie martin martyn mary mathew
    matt matthew maureen megan melanie michael michelle mike mohammed mohamed muhammad naomi natalie natasha neil
    nia nicholas nicky nicola nigel olivia owain pamela patricia paul paula pauline peter phil philip rachael rachel
    rebecca rhian rhys richard rita robert roger ronald ryan sally sam samantha sandra sara sarah sarrah scott sean
    sharon sheila shirley sian simon sophie stacey stephanie stephen steve steven stuart susan suzanne sylvia tina
    tom thomas tim timothy tony tracey tracy trevor valerie vicky victoria wendy yvonne zoe
    teresa theresa nicole samuel benjamin jonathon joshua ashley amber abigail alexander alexandra andrew arthur
    barbara betty brenda carole christina cynthia debra dennis diane donald donna doris dorothy douglas edward eileen
    evelyn gerald gillian glenn harold heidi howard irene jeffrey jeremy joel joyce justin kathryn kenneth kimberly
    larry lawrence leslie marilyn marjorie maureen melissa nancy norman patrick philippa raymond ronnie rosemary
    sheila shannon stanley stephanie stuart teresa tiffany tyler valerie veronica virginia walter
    alain andreas angelika anja antoine birgit brigitte catalina carlos christoph claude dieter dominique françois
    françoise gabriele hans heike helmut isabelle jacques jean-pierre jens josé juan jürgen karin klaus laurent luis
    manfred martine michel monika nathalie nicolas olivier pablo petra philippe pierre sabine silke stefan
    susanne sylvie thierry ursula uwe véronique werner wolfgang""".split()
)
"""Common given names that are no words of their own: no title names a person."""

NAMES_WHEN_CAPITAL: Final = frozenset(
    """dawn heather robin jordan daisy hazel florence ross jean sue lee carmen mark frank dean bob ruth jay rob pascal
    gloria claire kim jack lena ali clive carol spencer""".split()
)
"""Names that are words too, where they are not capital."""

UNFIT: Final = frozenset(
    """idiot idiots idiotic moron morons stupid scum bastard bastards bitch crap shit shite fuck fucking fucked bloody
    arse asshole wanker wankers damn bullshit retarded merde putain con connard scheiße scheiss arschloch idioten
    mierda""".split()
)
"""Insults and oaths: no title holds one, whoever said it."""

PRAISE: Final = frozenset(
    """good great excellent friendly helpful kind caring lovely nice polite professional efficient amazing fantastic
    brilliant wonderful pleasant clean quick prompt happy satisfied easy clear better best safe pleased perfect
    positive beneficial benefit benefits improves welcome support supportive effective useful fair
    gut gute guter gutes freundlich schön toll besser sicher positiv bon bonne bons bonnes excellent excellente bien
    agréable utile da gwych hyfryd bueno buena""".split()
)
MORE: Final = frozenset(
    """more higher increase increases raise expand extend widen
    mehr höhere höherer höheren erhöhen fördern förderung ausbau ausbauen ausweiten
    augmenter renforcer davantage más aumentar ampliar mwy""".split()
)
LESS: Final = frozenset(
    """less fewer reduce reduced lower decrease abolish abolished scrap ban banned
    weniger reduzieren senken abschaffen verbieten verbot einstellen streichen stoppen stopp kein keine keinen
    moins réduire supprimer arrêter interdire menos reducir eliminar prohibir llai""".split()
)
"""Words that ask for more or for less of what stands beside them: a title must not ask for what others would end."""

NOTHING: Final = frozenset("nothing nobody none nichts niemand rien personne nada nadie dim".split())
"""Denials that deny all of their clause."""

URGES: Final = frozenset("should must shouldn't shouldnt mustn't mustnt".split())
"""Words after "we" that open a title without it: "(we) should not close the library"."""

BETWEEN: Final = frozenset("between zwischen entre rhwng".split())
"""Words before two things, of which neither stands without the other."""

FROM_TO: Final = {"from": "to", "von": "bis", "desde": "hasta", "o": "i"}
"""Words before where something begins, and before where it ends."""

WHY: Final = frozenset("why warum wieso weshalb pourquoi pam".split())
"""Words of a question that mostly means that there is no reason."""

ANAPHORS: Final = frozenset(
    "same certain dort deren dessen dazu daran darauf dafür damit davon dabei même mêmes mismo misma".split()
)
"""Words that point at something said before, beside the pronouns."""

ANY: Final = frozenset(
    "any anything anyone anybody anywhere ever irgendetwas irgendwas jemals quoi jamais personne algo alguien".split()
)
"""Words that only what is denied, asked or supposed holds: a "not" before one reaches past it."""

COMPARED: Final = frozenset("better besser bessere meilleur meilleure mejor gwell".split())
"""Words that praise at the end of what is said, and ask before a noun: "better food"."""

BLAME: Final = frozenset(
    """bad poor rude unhelpful unfriendly terrible awful horrible dirty slow late worse worst unhappy difficult hard
    confusing dangerous unsafe appalling disgusting unprofessional negative harmful harm harms damage damages useless
    unfair problem problems ineffective lack wrong disappointed disappointing
    schlecht schlechte schlechter gefährlich negativ schlimm mauvais mauvaise mauvaises dangereux mal drwg gwael
    malo mala""".split()
)
"""Words that value: a title must not praise what others of its theme blame, or the other way round."""

JOINTS: Final = frozenset(
    """because cause cos coz but so since think believe feel also plus weil aber denn mais car ond achos pero
    porque""".split()
)
COUPLES: Final = frozenset("and or as und oder et ou ac neu y o".split())
"""Words between clauses, after which one begins; and those that may as well couple two words."""
