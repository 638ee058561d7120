from cli.portrait import WIDTH, portrait
from sampler.task import Difficulty, Paraphrase, Persona, Proof, Rule
from tests.sampler.making import fact, made, step


def a_task():
    steps = [
        step("find", {"email": "ana@example.org"}, {"items": [{"id": "gst_1aaaaa", "name": "Ana Lima"}]}),
        step(
            "list", {"guest_id": "gst_1aaaaa"}, {"items": [{"id": f"sty_{n}bbbbb", "number": n} for n in range(1, 6)]}
        ),
        step("cancel", {"stay_id": "sty_1bbbbb"}, {"id": "sty_1bbbbb", "number": 1}, writes=True),
    ]
    refused = [step("refund", {"stay_id": "sty_2bbbbb"}, code="too_late")]
    task = made(
        ("Cancel the first stay of ana@example.org. What is its number?", steps),
        ("Refund the second one.", refused),
        facts=[fact("stay.number", "1")],
        diffs={
            "desk": {
                "added": {"note": {"nte_1ccccc": {"id": "nte_1ccccc", "title": "Cancelled", "guest_id": "gst_1aaaaa"}}},
                "changed": {"stay": {"sty_1bbbbb": {"status": ["open", "cancelled"]}}},
            }
        },
        kind="infeasible",
        setup=(step("book", {"guest_id": "gst_1aaaaa"}, {"id": "sty_9zzzzz"}, writes=True),),
        hidden_tools=(("desk", "waive"),),
        rules=(Rule(text="Never refund more than 100.", environment="desk", tool="refund"),),
        persona=Persona(manner="chatty", name="Ana Lima", email="ana@example.org"),
        difficulty=Difficulty(calls=4, depth=3, breadth=1, servers=1, hidden=3, distractors=9, turns=2, level=3),
        proof=Proof(solved=True, shorter=0.4, alternatives=1),
    )
    first, second = task.turns
    return task.model_copy(
        update={
            "turns": (
                first.model_copy(update={"plain": "Please cancel the stay whose number is 1. " * 4}),
                second.model_copy(update={"outcome": "declines", "about": ("too late", "deadline")}),
            )
        }
    )


def test_a_paraphrase_is_told_with_the_words_before() -> None:
    task = a_task()
    told = Paraphrase(of="task_0", model="m", queries=("Drop it.", "Do it."), rollouts=3, wins=2)

    text = "\n".join(portrait(task.model_copy(update={"paraphrase": told})))

    assert "words         of m, instead of those of task_0" in text
    assert "said before   Drop it." in text
    assert "2 of 3 rollouts came to the truth" in " ".join(text.split())


def test_the_profile_that_a_task_is_played_in_is_told() -> None:
    text = "\n".join(portrait(a_task().model_copy(update={"realism": "rough"})))

    assert "in the profile rough" in " ".join(text.split())


def test_everything_about_a_task_is_told() -> None:
    text = "\n".join(portrait(a_task()))

    for words in (
        ": infeasible, level 3",
        "speaks        Ana Lima <ana@example.org>, chatty",
        "4 calls, depth 3, breadth 1, 3 arguments that nobody says, 9 tools to no purpose",
        "executed 2 times with equal results; solved from the words alone; 1 other order came to the same; 40% shorter",
        "rule          Never refund more than 100.",
        "not offered   waive of desk",
        "begins after  desk: book(guest_id: gst_1aaaaa (Ana Lima))",
        "turn 1 of 2: must be done",
        "plainly       Please cancel the stay whose number is 1.",
        '1  desk: find(email: "ana@example.org")',
        "-> 1 row: gst_1aaaaa (Ana Lima)",
        "2  desk: list(guest_id: gst_1aaaaa (Ana Lima) (not said)) (after 1)",
        "-> 5 rows: sty_1bbbbb (1); sty_2bbbbb (2); sty_3bbbbb (3); ...",
        "3* desk: cancel(stay_id: sty_1bbbbb (1) (not said)) (after 2)",
        "must tell     stay.number: 1",
        "turn 2 of 2: must be declined",
        "-> refused: too_late",
        "must mention  too late or deadline",
        "new note nte_1ccccc (Cancelled)",
        "guest_id: gst_1aaaaa (Ana Lima)",
        "changed stay sty_1bbbbb (1)",
        "status: open -> cancelled",
        "forbidden     any other change",
    ):
        assert " ".join(words.split()) in " ".join(text.split())


def test_no_line_is_wider_than_the_page() -> None:
    assert max(map(len, portrait(a_task()))) <= WIDTH


def test_a_task_that_only_asks_forbids_any_change() -> None:
    text = "\n".join(portrait(made(("Who is Ana?", [step("find", {}, {"items": []})]), environments=("desk", "air"))))

    assert "changes       none" in text
    assert "forbidden     to change anything in desk, air" in text
    assert "-> 0 rows" in text
