"""A certificate is compared by what it proves, and keeps what was proven of the same bytes before."""

from registry.certificate import Certificate, certify
from registry.report import CheckResult, Report, Status

MUTANTS = 14


def result(number: int, status: Status = "passed") -> CheckResult:
    return CheckResult(name=f"check_{number}", number=number, title="a check", status=status, observed=1, calls=2)


def certificate(*numbers: int, digest: str = "a", envkit: str = "1") -> Certificate:
    checks = tuple(map(result, numbers))
    report = Report(environment="tiny_air", version=1, digest=digest, tier="proven", checks=checks)
    return certify(report, {"server.py": digest}, envkit)


def test_a_certificate_tells_of_another_with_fewer_checks():
    assert certificate(1, 14).tells_of(certificate(1))
    assert certificate(1).tells_of(certificate(1))
    assert not certificate(1).tells_of(certificate(1, 14))
    assert not certificate(1, envkit="2").tells_of(certificate(1))


def test_a_check_of_the_same_bytes_is_kept_in_its_place():
    assert certificate(1, 16).keeping(certificate(1, 14, 16), MUTANTS) == certificate(1, 14, 16)


def test_a_check_of_other_bytes_or_another_kit_is_not_kept():
    now = certificate(1)

    assert now.keeping(certificate(1, 14, digest="b"), MUTANTS) == now
    assert now.keeping(certificate(1, 14, envkit="2"), MUTANTS) == now


def test_a_check_made_anew_takes_the_place_of_the_one_that_stood():
    now = certificate(1, 14)
    stood = now.model_copy(update={"checks": (now.checks[0], now.checks[1].model_copy(update={"observed": 9}))})

    assert now.keeping(stood, MUTANTS) == now


def test_nothing_is_kept_where_nothing_stood():
    assert certificate(1).keeping(certificate(1), MUTANTS) == certificate(1)
