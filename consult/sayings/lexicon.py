"""Forms of speech and word lists that tell sayings, in English, Welsh, French, German and Spanish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Words:
    """The words of one language that such points are made of, beside function words.

    Attributes:
        nothing: Forms that say that there is nothing to name, as a whole clause, apostrophes straight.
        praise: Words that praise anything.
        kind: Words that praise how people treat one.
        vague: Of these, those that praise things as well, unless people are named.
        unkind: Words that blame it.
        people: Who treats one.
        things: Words for what is no person: "it was helpful".
        wished: Words before one of `kind` that wish for it.
        denials: Words before one that deny it.
        general: Words that name nothing in particular.
    """

    nothing: re.Pattern[str]
    praise: frozenset[str]
    kind: frozenset[str]
    vague: frozenset[str]
    unkind: frozenset[str]
    people: frozenset[str]
    things: frozenset[str]
    wished: frozenset[str]
    denials: frozenset[str]
    general: frozenset[str]


def _words(nothing: str, **lists: str) -> Words:
    return Words(re.compile(nothing, re.VERBOSE), **{name: frozenset(text.split()) for name, text in lists.items()})


_EN_CANNOT: Final = r"(?:can't|cannot|can\ not|cant|couldn't|could\ not|couldnt|can\ really\ not|unable\ to)"
_EN_NOUNS: Final = (
    r"(?:complaints?|problems?|issues?|concerns?|criticisms?|faults?|negatives?|gripes?|quibbles?|grumbles?|worries"
    r"|suggestions?|recommendations?|improvements?)"
)
_EN_END: Final = (
    r"(?:\ (?:really|at\ all|whatsoever|else|more|further|from\ me|for\ me|thanks|thank\ you|so\ far|to\ date"
    r"|as\ yet|yet|currently|today|ever|honestly|sorry|in\ particular|specific|specifically|in\ my\ (?:opinion|view|experience)"
    r"|at\ moment|at\ (?:the|this|present)(?:\ (?:moment|time|stage|point|minute|present))?(?:\ in\ time)?|right\ now|now|personally"
    r"|that\ i\ can\ (?:think\ of|see|say)|i\ can\ (?:think\ of|see|say)|i\ can\ (?:possibly|really|currently)\ think\ of"
    r"|comes?\ to\ mind|springs?\ to\ mind|(?:with|about|regarding|in|on|of)\ (?:the|my|your|our|this|any|any\ of)?"
    r"(?:\ (?:of|the|my|your|overall|whole|entire|excellent|great|care|service|services|treatment|staff|visit|stay|team|nurses"
    r"|doctors|experience|anything|everything|anyone|you|it|all|that|this|i|we|have|had|has|been|was|received|given|so|far"
    r"|and|way|any|course|journey|event|session|appointment))+))*"
)
LISTS: Final = {
    "en": _words(
        rf"""(?:(?:absolutely|honestly|truthfully|currently|personally|overall|really|well|so|and|there(?:'s|\ is|\ was|\ were|\ are)
        |i(?:'ve|\ have|\ had)|we(?:'ve|\ have|\ had)|i'd\ say|i\ would\ say|for\ (?:me|us)|in\ my\ (?:opinion|view|experience|case)
        |at\ (?:the|this|present)(?:\ (?:moment|time|stage|point))?(?:\ in\ time)?|as\ far\ as\ i'm\ concerned|no|sorry|i|we|he|she
        |they|you|it|everything|all|the\ (?:service|care|staff|team)|(?:service|care)|that|this|ok|fine|good|was|were|is)\ )*?
        (?:
        (?:nothing|nothin|nowt|nought|none|not\ a\ thing|not\ a\ lot|not\ much|nothing\ really|not\ really|not\ that\ i\ can\ (?:think\ of|see))
        |couldn't|could\ not\ have|couldn't\ have|(?:i\ )?(?:don't|do\ not|dont)\ think\ so|i\ (?:can|could)\ (?:think|thing)\ of\ nothing
        |(?:don't|do\ not|dont)\ (?:think|believe|feel)\ there(?:'s|\ is|\ are|\ has\ been|\ was)\ (?:any\ need\ (?:for|to)|anything\ to|any)\ (?:improve|improvement|improvements|change|complain\ about)
        |nothing\ (?:more\ |else\ |much\ |really\ )?(?:to|i\ would|i'd|i\ could|i\ can|you\ could|they\ could|that\ could|that\ can
          |that\ needs?(?:\ to)?|could|can|needs?(?:\ to)?|would)\ (?:really\ |possibly\ |have\ |be\ |been\ |do\ |done\ |done\ any\ |say\ |i\ can\ |see\ )*
          (?:complain(?:\ about|\ of)?|complained\ about|fault|say|add|report|mention|suggest|think\ of|improve|improved|improving|improvement
          |change|changed|changing|better|any\ better|more|differently|different|criticise|criticize)(?:\ (?:on|it|that|upon|about))?
        |nothing\ (?:was\ |is\ |at\ all\ )?(?:wrong|bad|negative|better)|second\ to\ none
        |(?:no|not\ any|any|zero|never\ (?:any|an|a)|never\ had\ (?:any|an|a)|don't\ have\ any|didn't\ have\ any|haven't\ (?:got\ |had\ )?any|do\ not\ have\ any|did\ not\ have\ any
          |have\ not\ had\ any|had\ no|with\ no|without\ any|with\ absolutely\ no)\ (?:real\ |major\ |other\ |particular\ |further\ |big\ |such\ )?{_EN_NOUNS}
          (?:\ (?:needed|required|necessary|to\ (?:make|report|raise|add|mention)|is\ needed|are\ needed|can\ be\ made|could\ be\ made|or\ {_EN_NOUNS}|and\ no\ {_EN_NOUNS}))*
        |no\ (?:change|changes|need\ (?:for|to|of)\ (?:improve|improvement|improvements|change|anything|change\ anything|improve\ anything))(?:\ (?:needed|required|necessary|at\ all))?(?<!no\ change)(?<!no\ changes)
        |no\ (?:room|scope)\ for\ improvement
        |{_EN_CANNOT}\ (?:honestly\ |really\ |possibly\ |ever\ )?(?:complain|fault(?:\ (?:it|you|them|him|her|that|this|anything|any|of|anyone|anybody|the|a|my|your|our|all|single|thing|aspect|care|service|services|treatment|staff|team|visit|stay|experience|i|we|was|were|have|had|has|been|given|received|by|in|way|nurses|doctors|at|with|and))*
          |find\ (?:any\ |a\ |any\ kind\ of\ )?faults?|be\ faulted|get\ (?:any\ )?better|think\ of\ (?:anything|any|a\ thing|nothing|much)(?:\ (?:else|more|to\ (?:say|add)))?
          |think\ of\ (?:any|anything|a\ single\ thing|any\ way)(?:\ (?:that|which|service|services|things|my|your|care|experience|off|of|received|wonderful|honest|to|you|they|she|he|we|it|i|which|could|can|would|needs?|have|be|been|do|done|doing|being|improve|improved|improving|improvement|improvements|change
             |changed|better|any|more|differently|different|make|add|say|the|this|in|need|needing|team|her|his|and|on|upon|at|moment|time))*
          |(?:think|see)\ (?:how|what|any\ way)(?:\ (?:you|they|it|we|could|can|would|do|be|have|done|any|better|improve|improved|this|the|service))*\ (?:better|improve|improved)
          |see\ (?:how|what|anything|any\ way|any)(?:\ (?:that|to|you|they|she|he|we|it|i|could|can|would|needs?|have|be|been|do|done|improve|improved|improving|improvement|improvements|change
             |changed|better|any|more|anything|make|the|this|service|need|needing))*
          |suggest\ (?:anything|any\ improvements?|any\ changes)|say\ a\ bad\ word|speak\ highly\ enough)
        |(?:{_EN_CANNOT}|would\ not|wouldn't|wouldnt|won't|will\ not)\ (?:really\ |possibly\ |ever\ )?(?:have\ |of\ )?(?:asked?|ask|wish|wished|want|wanted|hope|hoped|expect|expected|receive|received|get|got|had|been|be|do|done|have|treated|give|given)
          (?:\ (?:have|of|for|been|be|done|do|any|anything|a|no|more|else|treated|it|to|had))*\ (?:better|more|happier|differently|different|improved|anything\ more|anything\ else)
          (?:\ (?:for|than|to|care|service|treatment|help|team|staff|experience|helpful|for\ me|for\ us|time|job|all|by|the|your|they|you|did|do|already|are|have|was|it|is))*
        |(?:wouldn't|would\ not|wouldnt|don't|do\ not)\ (?:want\ to\ |need\ to\ |wish\ to\ |think\ i\ would\ )?(?:change|improve|add|alter)\ (?:a\ thing|anything|any\ of\ it|much|nothing)
        |(?:don't|do\ not|dont|didn't|did\ not)\ (?:really\ |honestly\ )?(?:think|believe|feel|see|know)(?:\ (?:that|there|this|the|service|care|is|was|are|were|anything|you|they|it|she|he|we|i|any|anyone|anybody|what|how|else|more|of))*
          \ (?:can|could|need|needs|would|to)\ (?:have\ |be\ |been\ |do\ |done\ |to\ |any\ |anything\ |make\ |really\ |possibly\ )*(?:better|improve|improved|improving|improvement|improvements|more|differently|different|change|changed|anything|say|add|complain\ about)(?:\ (?:on|it|upon|that|anything|the|service|for\ me|than|they|you|did|do|already))*
        |(?:don't|do\ not)\ have\ any\ (?:improvements|complaints|suggestions)|no\ one\ could\ (?:do|have\ done)\ (?:any\ )?better|nobody\ could\ (?:do|have\ done)\ (?:any\ )?better
        ){_EN_END}""",
        praise="""good great excellent amazing fantastic brilliant wonderful happy satisfied perfect lovely pleased positive
            fine okay super superb outstanding exceptional fabulous awesome delighted grateful thankful content faultless
            impeccable satisfactory loved enjoyed perfectly nice well warm accommodating""",
        kind="""friendly kind kindly kindness caring polite politely professional professionally professionalism pleasant
            respectful respectfully respect courteous courtesy welcoming patience approachable compassionate compassion
            considerate attentive gentle sympathetic empathetic empathy smiling smile smiles cheerful personable
            thoughtful friendliness reassuring nice lovely helpful supportive obliging kinder friendlier nicer politer
            understanding""",
        vague="pleasant nice lovely helpful supportive professional professionally professionalism reassuring understanding welcoming",
        unkind="""rude rudely rudeness unfriendly unhelpful dismissive dismissively abrupt uncaring impolite disrespectful
            unprofessional unprofessionally unkind condescending patronising patronizing arrogant aggressive hostile
            unsympathetic discourteous unwelcoming grumpy curt""",
        people="""staff nurse nurses doctor doctors gp gps team teams people person lady ladies man men woman women guy guys
            receptionist receptionists officer officers driver drivers worker workers adviser advisers advisor advisors
            teacher teachers carer carers therapist therapists consultant consultants midwife midwives assistant
            assistants volunteer volunteers manager managers crew clerk clerks librarian librarians warden wardens
            attitude attitudes manner manners he she they they're everyone everybody you member members""",
        things="it it's this that that's",
        wished="more should need needs ought less",
        denials="""not no never none nothing cannot can't couldn't don't didn't isn't wasn't wouldn't haven't hasn't nor
            neither doesn't aren't weren't won't hadn't shouldn't nobody few little instead without hardly barely rarely
            arent werent isnt wasnt didnt dont cant couldnt""",
        general="""service services experience experiences time times visit stay care treatment moment honest honestly
            absolutely totally completely extremely thoroughly incredibly exceptionally genuinely truly especially overall
            provided received feel felt found find treated treat treats treating met saw ward reception hospital clinic
            surgery whole way always job help helped thanks thank quick work hard day spoke talk talked speak ask asked first time doing excellently""",
    ),
    "cy": _words(
        r"""(?:(?:does|doedd)\ )?(?:dim|dim\ byd|dim\ byd\ o\ gwbl|dim\ o\ gwbl|dim\ (?:byd\ )?(?:i'w|i)\ (?:wella|newid|ychwanegu|gwyno|ddweud)
        |(?:gen\ i\ |gennyf\ )?(?:ddim|dim)\ (?:cwyn|cwynion|gŵyn|problem|problemau|broblem|broblemau|pryder|pryderon)|(?:allai|gallai)\ (?:o\ |e\ )?ddim\ (?:fod\ )?(?:wedi\ bod\ )?(?:yn\ )?well)
        (?:\ (?:o\ gwbl|diolch|i\ mi|ar\ hyn\ o\ bryd))*""",
        praise="da dda gwych wych ardderchog hyfryd perffaith berffaith hapus bodlon fodlon rhagorol diolch",
        kind="""cyfeillgar gyfeillgar caredig garedig cwrtais gwrtais croesawgar groesawgar parchus barchus gofalgar ofalgar
            cymwynasgar gymwynasgar hyfryd clên glên""",
        vague="hyfryd",
        unkind="anghwrtais digywilydd anghyfeillgar swta haerllug amharchus angharedig",
        people="staff nyrs nyrsys meddyg meddygon pobl bobl tîm dîm gyrrwr gyrwyr gweithwyr swyddog swyddogion nhw pawb agwedd",
        things="hyn hynny",
        wished="mwy fwy dylai dylid angen",
        denials="dim ddim nid heb na nad nac oedd nid",
        general="popeth bopeth gwasanaeth wasanaeth profiad brofiad amser hollol gwbl help",
    ),
    "fr": _words(
        r"""(?:(?:absolument|vraiment|je\ n'ai|je\ n'ai\ vraiment|il\ n'y\ a|n'y\ a|y\ a)\ )*(?:rien|rien\ du\ tout|(?:pas\ )?grand\ chose|rien\ à\ (?:améliorer|changer|redire|signaler|dire|ajouter|reprocher)
        |aucune?\ (?:problème|plainte|reproche|souci|critique)s?(?:\ à\ (?:faire|signaler|formuler))?|pas\ de\ (?:problème|plainte|reproche|critique|souci)s?)
        (?:\ (?:pour\ moi|pour\ le\ moment|de\ particulier|de\ spécial|merci|particulier|non\ plus))*""",
        praise="""parfait parfaite parfaits parfaites bon bonne bons bonnes excellent excellente excellents excellentes super
            génial géniale formidable satisfait satisfaite satisfaits content contente contents ravi ravie impeccable
            merci""",
        kind="""gentil gentille gentils gentilles aimable aimables poli polie polis polies sympathique sympathiques sympa
            accueillant accueillante accueillants bienveillant bienveillante bienveillants respectueux respectueuse courtois
            courtoise serviable serviables attentionné attentionnés gentillesse amabilité bienveillance courtoisie
            chaleureux souriant souriants agréable agréables""",
        vague="agréable agréables chaleureux",
        unkind="""impoli impolie impolis désagréable désagréables méprisant méprisants arrogant arrogante arrogants
            irrespectueux agressif agressifs malpoli malpolis grossier grossiers""",
        people="""personnel équipe équipes infirmier infirmière infirmières infirmiers médecin médecins docteur docteurs gens
            personne personnes agent agents chauffeur chauffeurs employé employés conseiller conseillers enseignant
            enseignants ils elles""",
        things="ce c' c'est c'était cela ça",
        wished="plus devrait devraient faut soyez",
        denials="pas ne n' sans jamais aucun aucune rien peu guère n'est n'était n'étaient n'ont moins",
        general="service services expérience très vraiment accueil hôpital général",
    ),
    "de": _words(
        r"""(?:(?:absolut|eigentlich|gar|überhaupt|mir|ich|habe|hatte|es|gab|gibt|da)\ )*(?:nichts|nix|nichts\ (?:auszusetzen|zu\ (?:verbessern|bemängeln|beanstanden|kritisieren|ändern|sagen|meckern))
        |(?:kein|keine|keinen|keinerlei)\ (?:beschwerden?|probleme?|kritik|mängel|beanstandungen?|verbesserungsvorschläge?|verbesserungsbedarf)
        |fällt\ (?:mir\ )?nichts\ ein|wüsste\ nichts)(?:\ (?:für\ mich|danke|im\ moment|derzeit|momentan|bisher|weiter))*""",
        praise="""gut gute guter gutes super toll tolle bestens perfekt hervorragend ausgezeichnet wunderbar zufrieden prima
            großartig ordnung einwandfrei danke""",
        kind="""freundlich freundliche freundlicher freundliches freundlichkeit nett nette netter höflich höfliche
            höflichkeit hilfsbereit hilfsbereite hilfsbereitschaft zuvorkommend respektvoll herzlich einfühlsam
            verständnisvoll liebevoll aufmerksam""",
        vague="nett nette netter herzlich",
        unkind="""unfreundlich unfreundliche unfreundlicher unhöflich unhöfliche respektlos herablassend arrogant
            schroff""",
        people="""personal mitarbeiter mitarbeiterin mitarbeiterinnen mitarbeitern schwester schwestern pfleger arzt ärzte
            ärztin ärztinnen team leute fahrer fahrerin beamte beamten berater beraterin lehrer lehrerin""",
        things="das dies es",
        wished="mehr sollte sollten könnte könnten müsste müssten",
        denials="nicht nichts nie kein keine keinen keinerlei nix ohne wenig kaum niemand anders andere weniger",
        general="service völlig wirklich absolut immer besuch aufenthalt behandelt fand gewesen",
    ),
    "es": _words(
        r"""(?:(?:absolutamente|no|tengo|hay|no\ tengo|no\ hay)\ )*(?:nada|nada\ en\ absoluto|nada\ que\ (?:mejorar|objetar|añadir|reprochar|decir)
        |(?:ninguna?|ningún)\ (?:queja|problema|crítica|inconveniente|reproche)s?|sin\ (?:quejas|problemas|críticas)|quejas|problemas|no\ cambiaría\ nada)
        (?:\ (?:gracias|por\ mi\ parte|en\ particular|de\ momento))*""",
        praise="""bueno buena buenos buenas excelente excelentes perfecto perfecta genial estupendo estupenda maravilloso
            maravillosa contento contenta satisfecho satisfecha encantado encantada fantástico gracias""",
        kind="""amable amables amabilidad simpático simpática simpáticos educado educada educados atento atenta atentos
            respetuoso respetuosa respetuosos cordial cordiales acogedor servicial serviciales cariñoso cariñosa
            cariñosos agradable agradables""",
        vague="agradable agradables acogedor",
        unkind="""maleducado maleducada maleducados grosero grosera groseros antipático antipática antipáticos irrespetuoso
            arrogante arrogantes borde bordes""",
        people="""personal equipo enfermera enfermeras enfermero enfermeros médico médicos médica doctor doctora doctores gente
            persona personas conductor conductores empleado empleados funcionario funcionarios ellos ellas trato""",
        things="es fue eso esto",
        wished="más debería deberían",
        denials="no nada nunca sin poco nadie ni menos ninguno ninguna ningún",
        general="servicio servicios experiencia realmente siempre fueron sido",
    ),
}
RUN_ON: Final = re.compile(
    r"(?P<opens>no|nope|nothing|none|nichts|rien|nada|dim) (?=(?:it|i|everything|everyone|everybody|all|very|they|you|she|he|we"
    r"|the (?:staff|service|care|team|nurses?|doctors?)|staff|absolutely|alles|tout|todo|popeth)\b)"
)
"""A "no" or "nothing" that an answer opens with and that runs on: "nothing everyone was lovely"."""
KIND_OF: Final = re.compile(
    r"\bkind of\b|\b(?:nice|helpful|lovely|pleasant|reassuring) to (?!me\b|us\b|my\b|everyone|all\b|people|them\b|you\b|patients)"
)
SPENT: Final = frozenset("fault faulted complain reprocher bemängeln".split())
"""Words that a denial before them is spent on: "cannot fault the friendly staff"."""
COMPARED: Final = frozenset("kinder friendlier nicer politer".split())
THAN: Final = frozenset("than als que".split())
AFFAIRS: Final = frozenset(
    "visit stay experience service services time care treatment ward hospital clinic surgery reception day work".split()
)
"""What may be pleasant or helpful beside people."""
KINDNESS: Final = re.compile(
    r"(?:and )?(?:nothing (?:was|is|has been) (?:ever )?too much(?: trouble| bother)?|(?:can't|cannot|couldn't|could not) do enough)(?: (?:for|to|help) (?:\w+ ?){1,2})?"
)
"""What praises and is put like a denial."""
REFUSALS: Final = frozenset({"no", "nope", "no thanks", "no thank you"})
"""Clauses that may open an answer of praise: "no, everything was fine"."""
MAY: Final = frozenset("could can might may would".split())
NONE_GOOD: Final = re.compile(
    r"\b(?:anything|nothing|any thing)\b.*\b(?:good|well|useful|helpful|positive|great|excellent)\b"
)
"""What says that nothing was good."""
GOOD: Final = frozenset(
    """good well like liked enjoy enjoyed positive da dda bien bon aimé apprécié gut gefallen gefällt bien gustó
    gusta best value valued""".split()
)
"""Words of a question that asks what was good, unless it asks for what is better or was not."""
ASKS: Final = frozenset("what tell best beth que qu'est quoi was qué".split())
NOT_GOOD: Final = frozenset(
    """better improve improved improvement improvements change changed differently bad wrong worse worst gwell gwella
    newid mieux améliorer changer mal besser verbessern ändern schlecht mejor mejorar cambiar malo not didn't wasn't
    isn't don't least dislike disliked ddim pas nicht else would anything could should no how any""".split()
)
FAULTS: Final = frozenset(
    """fault faults complain complaint complaints problem problems issue issues concern concerns criticism criticisms
    negatives better improve improved improvement improvements change changed more happier differently wrong bad cwyn
    cwynion problemau redire reprocher plainte plaintes problème problèmes auszusetzen beschwerden probleme mejorar queja
    quejas problemas""".split()
)
"""Words of a form that finds no fault: where a question asks what was good, it is no "nothing"."""
