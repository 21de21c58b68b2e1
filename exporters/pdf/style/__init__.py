"""The look of the pages: style sheets, page geometry, the theme, and the resources that WeasyPrint may fetch for them."""
