"""What many words say alike: that there is nothing to name, and how people treat one.

"Nothing", "No complaints" and "It could not be better" lie as far apart for a sentence model as any three answers, and
so do "Friendly", "They were so kind" and "Polite staff"; people who read answers put each of these together. A point
that says only such a thing is drawn to what all such points of the question mean, before themes are found and points
are placed. Which point does is told by lists, in five languages, of every word that it may hold: one word about
anything else, and it is left as it is. Praise and blame of people's manner are drawn apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from consult.arrays import unit
from consult.words import FUNCTION_WORDS, words

Floats = npt.NDArray[np.float32]

NOTHING, KIND, UNKIND, NONE_TO_NAME = 1, 2, 3, 4
"""Kinds of saying: that there is nothing to find fault with or to add, that people treat one well, or badly; and, where
a question asks what was good, that nothing was. 0 is what says anything else."""
KINDS: Final = (NOTHING, KIND, UNKIND, NONE_TO_NAME)
DRAWN: Final = {NOTHING: 2.0, KIND: 1.5, UNKIND: 1.5, NONE_TO_NAME: 2.0}
"""How much of what its kind means is added to a point's unit vector.

Source: two sets of patients' answers, seven questions, the only hand-coded ones with such points. F1 one-to-one was
0.405 and 0.294 without, 0.445 and 0.330 with 1 and 0.7, 0.461 and 0.353 with 2 and 1.5, and alike from there to 4. With
points that only praise the whole ("Excellent service") drawn as well it was 0.458 and 0.374, but the share of people's
themes that are found fell, 0.55 to 0.53 and 0.43 to 0.37.
"""
FEWEST: Final = 3
"""With fewer distinct points of a kind there is nothing to draw together."""
LONGEST: Final = 25
"""Words of a point that is read: what says more says something else."""
_BACK: Final = 4
"""Words over which a "not" reaches forward."""
_BARE: Final = 9
"""Words of a clause that says "nothing", and for whom or as far as is known."""
_BARE_WORDS: Final = frozenset(
    "not much|not a thing|not a lot|not really|couldn't|pas grand chose|nicht viel|no mucho".split("|")
)
_CLAUSES: Final = re.compile(r"[.,;:!?()…\n]+|\s[-–—]+\s?|\bbut\b|\bond\b|\bmais\b|\baber\b|\bpero\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Words:
    """The words of one language that such a point may hold, beside function words."""

    nothing: frozenset[str]
    denials: frozenset[str]
    faults: frozenset[str]
    praise: frozenset[str]
    kind: frozenset[str]
    unkind: frozenset[str]
    people: frozenset[str]
    things: frozenset[str]
    general: frozenset[str]
    beside: frozenset[str]
    wishes: frozenset[str]
    runs_on: frozenset[str]


def _words(**lists: str) -> _Words:
    return _Words(**{name: frozenset(text.split()) for name, text in lists.items()})


_LISTS: Final = {
    "en": _words(
        nothing="nothing nothin nowt nought none nil nope no",
        denials="""no not never none nothing without cannot can't cant couldn't couldnt don't dont didn't didnt isn't
            isnt wasn't wasnt wouldn't wouldnt haven't havent hasn't hasnt nor neither doesn't doesnt""",
        faults="""better best improve improves improved improving improvement improvements fault faults faulted
            complain complains complaint complaints problem problems issue issues concern concerns change changes
            changed changing criticism criticisms criticise negative negatives wrong bad differently different suggest
            suggestion suggestions recommendations fix quibbles grumbles gripes worry worries dissatisfied disappointed
            happier more else think thinking mind add needed required necessary""",
        praise="""good great excellent amazing fantastic brilliant wonderful happy satisfied perfect lovely pleased
            positive fine okay super superb outstanding exceptional fabulous awesome first-class impressed delighted
            grateful thankful content faultless impeccable satisfactory spot loved enjoyed perfectly thanks nice""",
        kind="""friendly kind kindly kindness caring polite politely professional professionally professionalism
            pleasant respectful respectfully courteous courtesy welcoming warm warmth understanding patience
            approachable compassionate compassion considerate attentive gentle sympathetic sympathy empathetic empathy
            smiling smile smiles cheerful personable thoughtful friendliness reassuring nice lovely helpful supportive
            obliging accommodating civil""",
        unkind="""rude rudely rudeness unfriendly unhelpful dismissive dismissively abrupt uncaring impolite
            disrespectful unprofessional unprofessionally unkind condescending patronising patronizing arrogant
            aggressive hostile unsympathetic discourteous unwelcoming grumpy surly curt""",
        people="""staff nurse nurses doctor doctors gp gps team teams people person persons lady ladies man men woman
            women guy guys receptionist receptionists member members officer officers driver drivers worker workers
            adviser advisers advisor advisors teacher teachers carer carers therapist therapists consultant consultants
            midwife midwives assistant assistants volunteer volunteers manager managers crew clerk clerks councillor
            councillors librarian librarians warden wardens attitude attitudes manner manners behaviour treated treat
            treats treating spoke speak speaks talked talk met saw he she they you who everyone everybody""",
        things="it this that",
        general="""service services experience experiences time times visit stay care treatment moment present point
            stage opinion view honest honestly truthfully comes come came springs area areas aspect aspects level
            standard part whole far today currently absolutely totally completely extremely thoroughly incredibly
            exceptionally genuinely truly especially overall provided received feel find possible possibly way ways say
            saying thanks situation""",
        beside="""help helps helped helping job work felt feels feeling found finding hard difficult new first long
            short day days everyday visited left ask asked asks personally able highly quick always ward wards
            reception hospital clinic surgery office department""",
        wishes="could should would need needs please be improve",
        runs_on="""i it you we they she he everything everyone all very i'm it's they're everybody absolutely the staff
            as""",
    ),
    "cy": _words(
        nothing="dim byd un",
        denials="dim ddim nid heb na nad does",
        faults="""gwell gwella gwelliant gwelliannau cwyn cwynion gŵyn cwyno problem problemau broblem broblemau newid
            newidiadau pryder pryderon angen feddwl meddwl ychwanegu bai fai o'i le""",
        praise="da dda gwych wych ardderchog hyfryd perffaith berffaith hapus bodlon fodlon rhagorol iawn diolch",
        kind="""cyfeillgar gyfeillgar caredig garedig cwrtais gwrtais proffesiynol broffesiynol croesawgar groesawgar
            parchus barchus gofalgar ofalgar cymwynasgar gymwynasgar hyfryd clên glên hoffus""",
        unkind="anghwrtais digywilydd anghyfeillgar swta haerllug amharchus angharedig",
        people="""staff nyrs nyrsys meddyg meddygon pobl bobl tîm dîm gyrrwr gyrwyr gweithiwr gweithwyr swyddog
            swyddogion nhw hi ef pawb agwedd""",
        things="hyn hynny",
        general="popeth bopeth gwasanaeth wasanaeth profiad brofiad amser hollol gwbl yn'r bob",
        beside="help helpu gweithio ward dderbynfa",
        wishes="gallai dylai angen",
        runs_on="popeth mae roedd",
    ),
    "fr": _words(
        nothing="rien aucun aucune néant ras",
        denials="rien aucun aucune pas ne n' sans jamais non n'ai n'y n'est n'était",
        faults="""mieux améliorer améliorations amélioration changer changements changement problème problèmes plainte
            plaintes reproche reproches reprocher redire souci soucis critique critiques remarque remarques signaler
            ajouter d'autre inquiétude inquiétudes défaut défauts""",
        praise="""parfait parfaite parfaits parfaites bon bonne bons bonnes excellent excellente excellents excellentes
            super génial géniale formidable satisfait satisfaite satisfaits content contente contents ravi ravie
            impeccable merci va""",
        kind="""gentil gentille gentils gentilles aimable aimables poli polie polis polies agréable agréables
            sympathique sympathiques sympa accueillant accueillante accueillants bienveillant bienveillante
            bienveillants respectueux respectueuse professionnel professionnelle professionnels courtois courtoise
            serviable serviables attentif attentifs attentionné attentionnés gentillesse amabilité bienveillance
            courtoisie chaleureux souriant souriants compétent compétents""",
        unkind="""impoli impolie impolis désagréable désagréables méprisant méprisants arrogant arrogante arrogants
            irrespectueux agressif agressifs malpoli malpolis grossier grossiers""",
        people="""personnel équipe équipes infirmier infirmière infirmières infirmiers médecin médecins docteur
            docteurs gens personne personnes agent agents chauffeur chauffeurs employé employés conseiller conseillers
            enseignant enseignants accueil ils elles lui attitude traité traités""",
        things="ce c' c'est c'était cela ça",
        general="""service services expérience tout très vraiment absolument moment général franchement l'ensemble
            d'accord dire jour jours""",
        beside="aide aidé aider travail temps premier jamais accueil guichet bureau hôpital",
        wishes="pourrait pourraient devrait devraient être soyez",
        runs_on="tout le la les c'était c'est je",
    ),
    "de": _words(
        nothing="nichts keine keiner kein nix",
        denials="nichts nix kein keine keinen keinerlei nicht nie ohne",
        faults="""besser verbessern verbesserung verbesserungen verbesserungsbedarf verbesserungsvorschlag
            verbesserungsvorschläge ändern änderungen änderung beschwerde beschwerden beschweren problem probleme
            bemängeln beanstanden beanstandung auszusetzen kritik kritikpunkte bedenken schlecht falsch mängel fehler
            einwände hinzuzufügen fällt anders""",
        praise="""gut gute guter gutes super toll tolle bestens perfekt hervorragend ausgezeichnet wunderbar zufrieden
            prima großartig ordnung einwandfrei danke passt""",
        kind="""freundlich freundliche freundlicher freundliches freundlichkeit nett nette netter nettes höflich
            höfliche höflichkeit hilfsbereit hilfsbereite hilfsbereitschaft zuvorkommend respektvoll herzlich
            einfühlsam professionell professionelle kompetent kompetente verständnisvoll lieb liebe liebevoll
            aufmerksam""",
        unkind="""unfreundlich unfreundliche unfreundlicher unhöflich unhöfliche respektlos herablassend arrogant
            aggressiv grob schroff""",
        people="""personal mitarbeiter mitarbeiterin mitarbeiterinnen mitarbeitern schwester schwestern pfleger arzt
            ärzte ärztin ärztinnen team leute menschen fahrer fahrerin beamte beamten berater beraterin lehrer lehrerin
            alle sie er behandelt behandlung umgang auftreten""",
        things="das dies es",
        general="""service erfahrung zeit alles ganze völlig wirklich absolut moment momentan derzeit ein gerade weiter
            einfach besuch aufenthalt finden gefunden gewesen fand wüsste""",
        beside="hilfe geholfen helfen arbeit immer ersten tag station praxis büro amt krankenhaus",
        wishes="könnte könnten sollte sollten seien",
        runs_on="alles ich es war sie",
    ),
    "es": _words(
        nothing="nada ninguno ninguna ningún",
        denials="nada no ninguno ninguna ningún sin nunca",
        faults="""mejor mejorar mejora mejoras cambiar cambio cambios cambiaría queja quejas problema problemas crítica
            críticas fallo fallos malo mal diferente preocupación preocupaciones sugerencia sugerencias añadir falta
            inconveniente""",
        praise="""bueno buena buenos buenas excelente excelentes perfecto perfecta genial estupendo estupenda
            maravilloso maravillosa contento contenta satisfecho satisfecha encantado encantada fantástico gracias""",
        kind="""amable amables amabilidad simpático simpática simpáticos educado educada educados atento atenta atentos
            agradable agradables respetuoso respetuosa respetuosos profesional profesionales cordial cordiales acogedor
            servicial serviciales cariñoso cariñosa cariñosos""",
        unkind="""maleducado maleducada maleducados grosero grosera groseros antipático antipática antipáticos
            irrespetuoso desagradable desagradables arrogante arrogantes borde bordes""",
        people="""personal equipo enfermera enfermeras enfermero enfermeros médico médicos médica doctor doctora
            doctores gente persona personas conductor conductores empleado empleados trabajador trabajadores
            funcionario funcionarios ellos ellas trato atención actitud tratado tratados""",
        things="es fue eso esto",
        general="""servicio servicios experiencia tiempo momento general realmente absolutamente siempre fue fueron ha
            sido""",
        beside="ayuda ayudar ayudaron trabajo primer día hospital oficina",
        wishes="podría podrían debería deberían ser",
        runs_on="todo me es fue muy",
    ),
}
_MANNER: Final = {language: FUNCTION_WORDS[language].union(*vars(lists).values()) for language, lists in _LISTS.items()}
_PLAIN: Final = {
    language: FUNCTION_WORDS[language].union(
        lists.nothing,
        lists.denials,
        lists.faults,
        lists.praise,
        lists.people,
        lists.things,
        lists.general,
        lists.wishes,
    )
    for language, lists in _LISTS.items()
}
_MORE: Final = frozenset("more fwy mwy plus mehr más".split())
_DEGREES: Final = _MORE | frozenset("better best happier gwell mieux besser mejor".split())
_BARE_NO: Final = frozenset("no nope not really thanks thank you at all sorry i don't dont think so".split())
"""What may stand beside a bare "no"."""
_GOOD: Final = frozenset(
    """good well like liked enjoy enjoyed benefit benefits positive da dda hoffi bien bon aimé apprécié avantages gut
    gefallen gefällt vorteile bien gustó gusta ventajas""".split()
)
"""Words of a question that asks what was good, unless it asks for what is better, too."""
_BETTER: Final = frozenset(
    """better improve improved improvement improvements change changed differently bad wrong worse worst gwell gwella
    newid mieux améliorer changer mal besser verbessern ändern schlecht mejor mejorar cambiar malo""".split()
)


def saying_of(text: str, asked_good: bool = False) -> int:
    """Which of `KINDS` a point says and nothing else; 0 where it says anything else.

    Args:
        text: The point.
        asked_good: Whether the question asks what was good, so that "nothing" finds fault and "no complaints" none.
    """
    said = words(text)
    if not said or len(said) > LONGEST:
        return 0
    clauses = [found for clause in _CLAUSES.split(text) if (found := words(clause))]
    for language, lists in _LISTS.items():
        kind = _manner(clauses, lists) if _MANNER[language].issuperset(said) else 0
        if not kind and _PLAIN[language].issuperset(said):
            kind = _nothing(clauses, lists, FUNCTION_WORDS[language], asked_good)
        if kind:
            return kind
    return 0


def asks_what_was_good(wording: str) -> bool:
    """Whether a question asks for what was good or liked, and not for what could be better."""
    asked = set(words(wording))
    return bool(asked & _GOOD) and not asked & _BETTER


def _manner(clauses: Sequence[Sequence[str]], lists: _Words) -> int:
    """KIND or UNKIND, where people's manner is praised or blamed, and not both."""
    said = {word for clause in clauses for word in clause}
    named = not lists.people.isdisjoint(said)
    if not named and not lists.things.isdisjoint(said):
        return 0
    # "Lovely" alone may be said of anything.
    if not named and lists.praise.issuperset(said & (lists.kind | lists.unkind)):
        return 0
    found = set()
    for clause in clauses:
        for at, word in enumerate(clause):
            value = (word in lists.kind) - (word in lists.unkind)
            if value:
                # "Could be kinder" finds fault, and "could not have been kinder" finds none.
                wished = clause[0] in _MORE or not lists.wishes.isdisjoint(clause[:at])
                found.add(value if wished == _denied(clause, at, lists) else -value)
    return {frozenset({1}): KIND, frozenset({-1}): UNKIND}.get(frozenset(found), 0)


def _nothing(clauses: Sequence[Sequence[str]], lists: _Words, function_words: frozenset[str], asked_good: bool) -> int:
    """NOTHING where it is denied that anything could be better or is wrong, or "nothing" is all that is said."""
    bare = False
    for clause in clauses:
        if any(word in lists.praise and _denied(clause, at, lists) for at, word in enumerate(clause)):
            return 0
        if not (lists.wishes | _MORE).isdisjoint(clause) and lists.denials.isdisjoint(clause):
            return 0
        if not lists.denials.isdisjoint(clause) and not lists.faults.isdisjoint(clause):
            return NOTHING
        opens = clause[0] in lists.nothing and clause[1:2] and clause[1] in lists.runs_on
        alone = function_words.union(lists.nothing, lists.general).issuperset(clause) and len(clause) <= _BARE
        named = alone and not (lists.nothing - _BARE_NO).isdisjoint(clause)
        refused = clause[0] in ("no", "nope") and _BARE_NO.issuperset(clause)
        bare |= bool(opens) or " ".join(clause) in _BARE_WORDS or named or refused
    return 0 if not bare else NONE_TO_NAME if asked_good else NOTHING


def _denied(clause: Sequence[str], at: int, lists: _Words) -> bool:
    """Whether a word of a clause is denied, and not one before it that the denial is of: "cannot fault the kind staff".

    A "no" or "nothing" that an answer opens with, and that runs on, denies nothing: "no everything was lovely".
    """
    opens = clause[0] in lists.nothing and len(clause) > 1 and clause[1] in lists.runs_on
    before = clause[max(int(opens), at - _BACK) : at]
    return not lists.denials.isdisjoint(before) and (lists.faults - _DEGREES).isdisjoint(before)


@dataclass(frozen=True)
class Sayings:
    """Where the points of a question that say one of `KINDS` are drawn to.

    Attributes:
        towards: A unit vector a kind, zeros where too few points say it; shape (len(KINDS), d).
        asked_good: See `saying_of`.
    """

    towards: Floats
    asked_good: bool = False

    def drawn(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """The vectors of some texts, those of sayings drawn; shape (len(texts), d), at unit length.

        Args:
            texts: A text a vector; equal texts may have other vectors, for they stand in context.
            vectors: Unit vectors, shape (len(texts), d).
        """
        if not self.towards.any():
            return vectors
        known: dict[str, int] = {}
        kinds = np.array([known.setdefault(text, -1) for text in texts])
        for text in known:
            known[text] = saying_of(text, self.asked_good)
        kinds = np.array([known[text] for text in texts], dtype=np.int64)
        drawn = vectors.copy()
        for place, kind in enumerate(KINDS):
            mine = kinds == kind
            if self.towards[place].any() and mine.any():
                drawn[mine] = unit(vectors[mine] + np.float32(DRAWN[kind]) * self.towards[place])
        return drawn


def find_sayings(texts: Sequence[str], vectors: Floats, wording: str) -> Sayings:
    """Learns what each kind of saying means among the points of a question: the mean of those that say it.

    Args:
        texts: Distinct points, in an order that rests on the texts alone.
        vectors: Their unit vectors, shape (len(texts), d).
        wording: The question, or the header that stands for it.
    """
    asked_good = asks_what_was_good(wording)
    kinds = np.array([saying_of(text, asked_good) for text in texts], dtype=np.int64)
    towards = np.zeros((len(KINDS), vectors.shape[1]), dtype=np.float32)
    for place, kind in enumerate(KINDS):
        if (kinds == kind).sum() >= FEWEST:
            towards[place] = unit(vectors[kinds == kind].mean(axis=0, dtype=np.float64)[None])[0]
    return Sayings(towards, asked_good)


__all__ = ["KINDS", "Sayings", "asks_what_was_good", "find_sayings", "saying_of"]
