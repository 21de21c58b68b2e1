"""The checks of an article: functions that take canonical trees and yield findings.

Each module checks one thing and reads no file but its own word lists. A finding names an element; handbill.reader.article_checks looks up
the element's place in the source. `claims/` holds the checks of health claims.
"""
