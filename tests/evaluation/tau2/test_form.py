from evaluation.tau2.form import request_line, requests_of


def test_requests_are_read_out_of_what_the_user_is_told() -> None:
    queries = ('Say "yes".\nOr no.', "Ça va? Request 3: no")

    told = "\n".join(["You have requests.", *(f"\t{request_line(n, q)}" for n, q in enumerate(queries, 1)), "End."])

    assert requests_of(told) == queries
