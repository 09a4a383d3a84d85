"""Check digits of order, mail and identity numbers."""

LETTERS = {
    "A": 10, "B": 11, "C": 12, "D": 13, "E": 14, "F": 15, "G": 16, "H": 17,
    "I": 34, "J": 18, "K": 19, "L": 20, "M": 21, "N": 22, "O": 35, "P": 23,
    "Q": 24, "R": 25, "S": 26, "T": 27, "U": 28, "V": 29, "W": 32, "X": 30,
    "Y": 31, "Z": 33,
}
HOLDER_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1)


def gs1(digits):
    """GS1 mod 10: weights 3 1 3 1 … from the right."""
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def order_ok(order_no):
    return (
        len(order_no) == 14
        and order_no.isascii()
        and order_no.isdigit()
        and gs1(order_no[:13]) == order_no[13]
    )


def holder(first_nine):
    """Last digit of a national or resident identity number."""
    letter, second, rest = first_nine[0], first_nine[1], first_nine[2:]
    if second in LETTERS:
        second = str(LETTERS[second] % 10)
    digits = str(LETTERS[letter]) + second + rest
    total = sum(int(d) * w for d, w in zip(digits, HOLDER_WEIGHTS))
    return str(-total % 10)
