"""`{{ number|grouped }}`: a page has hundreds of numbers, and the framework's filter is dear."""

from django import template

from districts.numbers import grouped

register = template.Library()
register.filter("grouped", grouped)
