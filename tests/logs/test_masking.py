"""What the log may say of an address: everything but the secret of a link."""

import pytest

from itsm.logs.masking import masked_path, masked_text

TOKEN = "aB3_x-9ZqLmN7wErTyUiOp"


@pytest.mark.parametrize(
    "path, shown",
    [
        ("/tickets/GD20261014-0007/resolve/", "/tickets/GD20261014-0007/resolve/"),
        (f"/track/{TOKEN}/", "/track/***/"),
        (f"/track/{TOKEN}/confirm/", "/track/***/confirm/"),
        (f"/report/{TOKEN}/", "/report/***/"),
        ("/report/", "/report/"),
        ("/track/x/", "/track/***/"),
        ("/track/a b/", "/track/***/"),
        (f"/anything/{TOKEN}/", "/anything/***/"),
        ("/files/0b7e9c3a-52f1-4c7a-9a51-2d7f0e6c9b11/", "/files/***/"),
        ("/accounts/password-reset-confirm/", "/accounts/password-reset-confirm/"),
        ("/tickets/?q=张三&token=x", "/tickets/"),
    ],
)
def test_masked_path_hides_secrets_and_queries(path, shown):
    assert masked_path(path) == shown


def test_masked_text_hides_the_secrets_of_links_that_it_quotes():
    text = f'Not Found: /track/{TOKEN}/ seen at "https://desk/report/{TOKEN}"'
    assert masked_text(text) == 'Not Found: /track/***/ seen at "https://desk/report/***"'
