"""Runs a script in Thunderbird by Marionette, its remote control for tests: marionette.py PORT SCRIPT ARGUMENT…; prints the lines that the script is done with."""
import json
import socket
import sys
import time

for attempt in range(900):
    try:
        connection = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
        break
    except OSError:
        time.sleep(0.1)
answers = connection.makefile('rb')


def read():
    length = b''
    while (c := answers.read(1)) != b':':
        length += c
    return json.loads(answers.read(int(length)))


count = 0


def call(name, **parameters):
    global count
    count += 1
    text = json.dumps([0, count, name, parameters]).encode()
    connection.sendall(b'%d:%s' % (len(text), text))
    answer = read()
    if answer[2]:
        sys.exit(json.dumps(answer[2]))
    return answer[3]


read()
call('WebDriver:NewSession', capabilities={})
call('Marionette:SetContext', value='chrome')
call('WebDriver:SetTimeouts', script=120000)
with open(sys.argv[2]) as script:
    said = call('WebDriver:ExecuteAsyncScript', newSandbox=True, sandbox='system', args=sys.argv[3:], script=script.read())
print('\n'.join(said['value']))
