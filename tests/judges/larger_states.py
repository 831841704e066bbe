"""A numeric reference that errs, which whatever compares with it must notice."""

from symsync.reference import any_model

SHARE = 1e-6


def plant(monkeypatch):
    """Let the states of `any_model` be one part in a million too large."""
    for name in ("steady_state", "coefficients"):
        plain = getattr(any_model, name)

        def larger(*given, plain=plain, **values):
            found = plain(*given, **values)
            if isinstance(found, list):
                return [(1 + SHARE) * state for state in found]
            return (1 + SHARE) * found

        monkeypatch.setattr(any_model, name, larger)
