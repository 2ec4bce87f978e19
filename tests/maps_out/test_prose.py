"""Documentation as paragraphs, lists and code."""

from maps_out.prose import Block, blocks, words


def test_code_is_told_from_text():
    """Double and single backquotes mark code, which stands between the text around it; the marks themselves go."""
    assert words("``E = N d`` kWh, see `taxi`.") == (
        ("E = N d", True),
        (" kWh, see ", False),
        ("taxi", True),
        (".", False),
    )


def test_what_is_not_code_stays():
    """A lone backquote, a prime and markup are text like any other."""
    assert words("5` of d' <b>") == (("5` of d' <b>", False),)


def test_paragraphs_and_lists_are_joined_over_their_lines():
    """Where the source broke its lines does not show; each item of a list is one."""
    text = "One\nparagraph:\n\n- first\n  item,\n- second.\n\nEnd."
    assert blocks(text) == [
        Block(((("One paragraph:", False),),), is_list=False),
        Block(((("first item,", False),), (("second.", False),)), is_list=True),
        Block(((("End.", False),),), is_list=False),
    ]
