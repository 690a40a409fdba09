from .base import *

DEBUG = True
SECRET_KEY = 'only-for-development'
ALLOWED_HOSTS = ['*']
