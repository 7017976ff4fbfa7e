#!/usr/bin/env python3
"""Writes expected.json: inputs and independent values for the metrics of Microsoft.ML.LlamaVae.Evaluation.

Debian 12: apt-get install python3-scipy python3-sklearn python3-nltk. Then: /usr/bin/python3 make_fixtures.py
sacrebleu itself is neither in Debian 12 nor used here: the values that its documentation gives stand in BleuTests.cs.
BLEU without smoothing comes from nltk.translate, with "exp" from the rule of mteval-v13a applied to nltk's precisions;
everything else from scipy and scikit-learn, or from the formula in numpy where neither has it.
"""
import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
from nltk.translate.bleu_score import closest_ref_length, corpus_bleu, modified_precision
from scipy import optimize, stats
from scipy.spatial.distance import jaccard
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mutual_info_score, silhouette_score
from sklearn.metrics.pairwise import cosine_similarity, euclidean_distances
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(5)
out = {}


def f32(a):
    """Values as the library sees them: rounded to single precision."""
    return np.asarray(a, dtype=np.float32).astype(np.float64)


def rows(a):
    return np.round(np.asarray(a, dtype=np.float64), 6).tolist()


# --- text -----------------------------------------------------------------------------------------------------------
def tokens_13a(text):
    text = text.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, character)
    text = f" {text} "
    text = re.sub(r"[\{-\~\[-\` -\&\(-\+\:-\@\/]", lambda m: f" {m.group()} ", text)
    text = re.sub(r"([^0-9])([.,])", r"\1 \2 ", text)
    text = re.sub(r"([.,])([^0-9])", r" \1 \2", text)
    return re.sub(r"([0-9])(-)", r"\1 \2 ", text).split()


def exp_bleu(candidates, references, effective_order=False):
    """BLEU from nltk's modified precisions with mteval's smoothing: the k-th order without a match counts 1/2^k."""
    length = sum(len(c) for c in candidates)
    reference_length = sum(closest_ref_length(r, len(c)) for c, r in zip(candidates, references))
    penalty = 1 if length >= reference_length else math.exp(1 - reference_length / length) if length else 0
    logs, matched, half = [], False, 1.0
    for n in range(1, 5):
        total = sum(max(0, len(c) - n + 1) for c in candidates)
        if total == 0:
            if not effective_order:
                logs.append(-math.inf)
            continue
        matches = sum(
            float(modified_precision(r, c, n)) * (len(c) - n + 1) for c, r in zip(candidates, references) if len(c) >= n
        )
        matched = matched or matches > 0.5
        if matches < 0.5:
            half /= 2
            matches = half
        logs.append(math.log(matches / total))
    return 100 * penalty * math.exp(sum(logs) / len(logs)) if matched else 0.0


texts = [
    'Hello, world! It\'s 3.5 km (about 2-3 miles) away; e.g. "here".',
    "Prices rose 1,000.50 &amp; fell... again, 5-6% &lt;today&gt;",
    "the well-known U.S. author's A/B test: [x] {y} <z> `q` ~tilde^ $5 #1 @me a*b+c=d",
    "",
    "  spaced   out\ttext \n",
    "naïve café, 10.000,5 — “quoted” x.y ,z 7.,8",
]
out["tokens13a"] = [{"text": t, "tokens": tokens_13a(t)} for t in texts]

candidates = [
    "the cat sat on the mat .",
    "a large yellow flower, widely distributed in South America",
    "having no legs",
    "a state of great happiness and joy",
    "",
    "one",
]
references = [
    ["the cat is sitting on the mat.", "there is a cat on the mat"],
    ["a large yellow flower found in South America", "any of several large yellow flowers"],
    ["having no legs or feet", "lacking legs"],
    ["a state of extreme happiness", "great joy"],
    ["something that is not empty"],
    ["one"],
]
c, r = [tokens_13a(x) for x in candidates], [[tokens_13a(y) for y in x] for x in references]
out["bleu"] = {
    "candidates": candidates,
    "references": references,
    "longOnly": [0, 1, 3],  # nltk counts an n-gram for a candidate too short to have one
    "corpusNone": 100 * corpus_bleu([r[i] for i in (0, 1, 3)], [c[i] for i in (0, 1, 3)]),
    "corpusExp": exp_bleu(c, r),
    "corpusExpShort": exp_bleu(c[2:4], r[2:4]),
    "sentencesExp": [exp_bleu([x], [y], effective_order=True) for x, y in zip(c, r)],
    "selfBleu": float(
        np.mean([exp_bleu([x], [c[:i] + c[i + 1 :]], effective_order=True) for i, x in enumerate(c)])
    ),
}


def lcs(a, b):
    if not a or not b:
        return 0
    if a[-1] == b[-1]:
        return 1 + lcs(a[:-1], b[:-1])
    return max(lcs(a[:-1], b), lcs(a, b[:-1]))


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def rouge_l(candidate, reference):
    common = lcs(words(candidate), words(reference))
    if common == 0:
        return [0.0, 0.0, 0.0]
    p, q = common / len(words(candidate)), common / len(words(reference))
    return [p, q, 2 * p * q / (p + q)]


out["rougeL"] = [max((rouge_l(x, y) for y in ys), key=lambda s: s[2]) for x, ys in zip(candidates, references)]


def overlap(a, b):
    vocabulary = sorted(set(words(a)) | set(words(b)))
    return 1 - float(jaccard([w in words(a) for w in vocabulary], [w in words(b) for w in vocabulary]))


out["jaccard"] = [overlap(x, ys[0]) for x, ys in zip(candidates, references)]

vocabulary = sorted({w for x, ys in zip(candidates, references) for t in [x, *ys] for w in words(t)} - {"the", "joy"})
vectors = {w: f32(np.round(rng.normal(size=5), 4)) for w in vocabulary}


def wmd(a, b, unit):
    a, b = (Counter(w for w in words(t) if w in vectors) for t in (a, b))
    scale = (lambda v: v / np.linalg.norm(v)) if unit else (lambda v: v)
    cost = euclidean_distances([scale(vectors[w]) for w in a], [scale(vectors[w]) for w in b])
    n, m = cost.shape
    sums = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    mass = np.concatenate([np.array(list(x.values())) / sum(x.values()) for x in (a, b)])
    return float(optimize.linprog(cost.ravel(), A_eq=sums, b_eq=mass, method="highs").fun)


def mean_cosine(a, b):
    a, b = (np.mean([vectors[w] for w in words(t) if w in vectors], axis=0) for t in (a, b))
    return float(cosine_similarity([a], [b])[0, 0])


pairs = [(x, y) for x, ys in zip(candidates, references) for y in ys if x] + [
    (candidates[1], candidates[3]),
    (references[0][0] + " on the mat on the cat", references[1][0] + " large flower"),
]
out["wordVectors"] = {
    "vectors": {w: v.tolist() for w, v in vectors.items()},
    "pairs": [list(p) for p in pairs],
    "wmdUnit": [wmd(*p, True) for p in pairs],
    "wmdRaw": [wmd(*p, False) for p in pairs],
    "meanCosine": [mean_cosine(*p) for p in pairs],
}

# --- correlation ----------------------------------------------------------------------------------------------------
x = np.round(rng.normal(size=40), 3)
y = np.round(0.6 * x + rng.normal(size=40), 3)
gold = np.round(2 * x) / 2  # many ties
shifted = 1e6 + np.round(0.001 * y, 6)
bootstrap = stats.bootstrap(
    (x, y),
    lambda a, b: stats.pearsonr(a, b)[0],
    paired=True,
    vectorized=False,
    method="percentile",
    n_resamples=20000,
    random_state=1,
)
out["correlation"] = {
    "x": x.tolist(),
    "y": y.tolist(),
    "tied": gold.tolist(),
    "shifted": shifted.tolist(),
    "pearson": stats.pearsonr(x, y)[0],
    "pearsonShifted": stats.pearsonr(x, shifted)[0],
    "spearman": stats.spearmanr(x, y)[0],
    "spearmanTied": stats.spearmanr(gold, y)[0],
    "ranksTied": stats.rankdata(gold).tolist(),
    "quantiles": np.quantile(np.sort(x), [0, 0.025, 0.5, 0.9, 1]).tolist(),
    "bootstrapPearson": [float(bootstrap.confidence_interval.low), float(bootstrap.confidence_interval.high)],
}

# --- latents --------------------------------------------------------------------------------------------------------
labels = rng.integers(0, 3, size=45)
labels[0] = 7  # a group of one
latents = f32(rows(rng.normal(size=(45, 4)) + 1.2 * np.eye(4)[labels % 4]))
test_labels = rng.integers(0, 3, size=20)
test_latents = f32(rows(rng.normal(size=(20, 4)) + 1.2 * np.eye(4)[test_labels]))


def knn(metric):
    return KNeighborsClassifier(5, algorithm="brute", metric=metric)


out["clusters"] = {
    "latents": rows(latents),
    "labels": labels.tolist(),
    "testLatents": rows(test_latents),
    "testLabels": test_labels.tolist(),
    "silhouetteEuclidean": float(silhouette_score(latents, labels)),
    "silhouetteCosine": float(silhouette_score(latents, labels, metric="cosine")),
    "leaveOneOutEuclidean": float(cross_val_score(knn("euclidean"), latents, labels, cv=LeaveOneOut()).mean()),
    "leaveOneOutCosine": float(cross_val_score(knn("cosine"), latents, labels, cv=LeaveOneOut()).mean()),
    "testEuclidean": float(knn("euclidean").fit(latents, labels).score(test_latents, test_labels)),
}

mu, log_var = f32(rows(rng.normal(size=(30, 4)) * [1, 0.5, 0.05, 0.2])), f32(rows(rng.normal(size=(30, 4)) - 1))
two = 1.5  # q(z|x) = N(±1.5, 1): I(x; z) by quadrature
grid = np.linspace(-12, 12, 200001)
density = 0.5 * (stats.norm.pdf(grid, -two, 1) + stats.norm.pdf(grid, two, 1))
entropy = -np.trapz(density * np.log(density), grid)
out["posterior"] = {
    "mu": rows(mu),
    "logVar": rows(log_var),
    "klPerDimension": np.mean(0.5 * (mu**2 + np.exp(log_var) - log_var - 1), axis=0).tolist(),
    "variances": np.var(mu, axis=0).tolist(),
    "informationOfTwo": float(entropy - 0.5 * math.log(2 * math.pi * math.e)),
}

# --- disentanglement ------------------------------------------------------------------------------------------------
factors = np.stack([rng.integers(0, 3, 120), rng.integers(0, 4, 120)], axis=1)
codes = f32(
    rows(
        np.stack(
            [
                factors[:, 0] + 0.6 * rng.normal(size=120),
                factors[:, 1] + 0.9 * rng.normal(size=120),
                factors.sum(axis=1) + rng.normal(size=120),
                rng.normal(size=120),
                np.full(120, 0.5),
            ],
            axis=1,
        )
    )
)


def binned(z):
    return np.digitize(z, np.histogram(z, 20)[1][:-1])


information = np.array([[mutual_info_score(binned(z), v) for v in factors.T] for z in codes.T])
ordered = np.sort(information, axis=0)[::-1]
entropies = np.array([mutual_info_score(v, v) for v in factors.T])
standardised = StandardScaler().fit_transform(codes)


def regression(penalty, strength, target):
    model = LogisticRegression(
        penalty=penalty, C=1 / (strength * 120), solver="saga", multi_class="multinomial", tol=1e-9, max_iter=200000
    ).fit(standardised, target)
    return np.abs(model.coef_).sum(axis=0).tolist(), float(model.score(standardised, target))


importance = np.array([[0.9, 0.1, 0.0], [0.2, 0.2, 0.2], [0.0, 0.0, 0.0], [0.0, 0.3, 2.0]])


def concentration(r):
    """disentanglement_lib's weighting of 1 − entropy."""
    kept = r[r.sum(axis=1) > 0]
    return float(np.sum((1 - stats.entropy(kept.T, base=r.shape[1])) * kept.sum(axis=1) / r.sum()))


out["disentanglement"] = {
    "latents": rows(codes),
    "factors": factors.tolist(),
    "information": information.tolist(),
    "gaps": ((ordered[0] - ordered[1]) / entropies).tolist(),
    "l1Importance": regression("l1", 0.02, factors[:, 1])[0],
    "l1Accuracy": regression("l1", 0.02, factors[:, 1])[1],
    "l2Importance": regression("l2", 1 / 120, factors[:, 0])[0],
    "l2Accuracy": regression("l2", 1 / 120, factors[:, 0])[1],
    "importance": importance.tolist(),
    "disentanglement": concentration(importance),
    "completeness": concentration(importance.T),
}

Path(__file__).with_name("expected.json").write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n")
