"""Golden numbers of BleuTest, by sacreBLEU 2 (pip install sacrebleu): python bleu.py"""
from sacrebleu.metrics import BLEU
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

CASES = {
    "same": (["Un homme dort sur un banc."], ["Un homme dort sur un banc."]),
    "near": (
        ["Un homme dort sur un banc.", "Deux chiens courent dans la neige, vite."],
        ["Un homme dort sur le banc vert.", "Deux chiens noirs courent dans la neige."],
    ),
    "case": (["un Homme dort sur un banc vert."], ["Un homme dort sur un banc vert."]),
    "short": (["Un homme dort sur"], ["Un homme dort sur un banc vert."]),
    "smoothed": (["un chat dort ici ce soir"], ["ce chat est là ce soir"]),
    "none": (["a b c d"], ["e f g h"]),
    "repeated": (["the the the the the the the"], ["the cat is on the mat"]),
    "marks": (
        ['Il dit : "non", à 3,5 km/h (1.000-2) & c\'est l\'été...', "&quot;Oui&quot; &amp; non!"],
        ['Il dit: "non", à 3,5 km/h (1.000 - 2) et c\'est l\'été.', '"Oui" & non !'],
    ),
}
for name, (found, expected) in CASES.items():
    print(name, repr(BLEU().corpus_score(found, [expected]).score))
    print([Tokenizer13a()(line) for line in found])
