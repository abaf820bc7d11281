# The stomp gem (Debian: ruby-stomp) against the gateway: stomp_client.rb PORT. Says ok, or fails.

require "stomp"
require "timeout"

def connect(version, user = "guest")
  headers = {"accept-version" => version, "host" => "here"}
  headers["heart-beat"] = "1000,1000" unless version == "1.0"
  connection = Stomp::Connection.new(
    hosts: [{login: user, passcode: user, host: "127.0.0.1", port: ARGV[0].to_i}],
    connect_headers: headers, reliable: false)
  raise connection.connection_frame.to_s unless connection.connection_frame.command == "CONNECTED"
  raise connection.protocol unless connection.protocol == version
  connection
end

def expect(what, wanted)
  raise "#{what}, not #{wanted}" unless what == wanted
end

def receipt(connection, id)
  expect(connection.receive.headers["receipt-id"], id)
end

# What waits in a queue may come before the receipt.
def subscribe(connection, destination, headers = {})
  connection.subscribe(destination, {"id" => "1", "receipt" => "s"}.merge(headers), headers["id"] || "1")
  early = []
  early << connection.receive until early.last&.command == "RECEIPT"
  expect(early.pop.headers["receipt-id"], "s")
  early
end

def take(connection, early, count)
  early << connection.receive while early.size < count
  early.map(&:body)
end

def publish(connection, destination, body, headers = {})
  connection.publish(destination, body, {"receipt" => "p"}.merge(headers))
  receipt(connection, "p")
end

def acknowledge(connection, version, message)
  case version
  when "1.2" then connection.ack(message.headers["ack"], {"id" => message.headers["ack"]})
  when "1.1" then connection.ack(message.headers["message-id"], {"subscription" => message.headers["subscription"]})
  else connection.ack(message.headers["message-id"])
  end
end

# It waits for the receipt itself.
def leave(connection)
  connection.disconnect("receipt" => "bye")
end

def check(version)
  connection = connect(version)
  destination = "/queue/public.ruby#{version.delete(".")}"
  subscribe(connection, destination, "ack" => "client")
  connection.publish(destination, "Grüße", {"key" => "value"})
  message = connection.receive
  raise message.to_s unless message.body.dup.force_encoding("UTF-8") == "Grüße" && message.headers["key"] == "value"
  acknowledge(connection, version, message)
  connection.begin("t")
  connection.publish(destination, "committed", {"transaction" => "t"})
  connection.commit("t")
  expect(connection.receive.body, "committed")
  leave(connection)
end

# By the headers that ActiveMQ has for it.
def check_durable(version)
  topic = "/topic/public.ruby-durable"
  named = {"activemq.subscriptionName" => "ruby"}
  first = connect(version, "demo")
  subscribe(first, topic, named)
  leave(first)
  publisher = connect(version)
  publish(publisher, topic, "while away")
  second = connect(version, "demo")
  expect(take(second, subscribe(second, topic, named), 1), ["while away"])
  second.unsubscribe(topic, {"id" => "1"}.merge(named), "1")
  leave(second)
  publish(publisher, topic, "for nobody")
  third = connect(version, "demo")
  subscribe(third, topic, named)
  publish(publisher, topic, "for the new one")
  expect(third.receive.body, "for the new one")
  third.unsubscribe(topic, {"id" => "1"}.merge(named), "1")
  [third, publisher].each { |connection| leave(connection) }
end

def check_queue(version)
  destination = "/queue/public.ruby-more#{version.delete(".")}"
  connection = connect(version)
  publish(connection, destination, "late", {"expiration" => "50"})
  publish(connection, destination, "low", {"priority" => "1", "color" => "blue"})
  publish(connection, destination, "red", {"priority" => "1", "color" => "red"})
  publish(connection, destination, "high", {"priority" => "9", "color" => "blue"})
  sleep(0.1)
  early = subscribe(connection, destination, "selector" => "color = 'red'")
  expect(take(connection, early, 1), ["red"])
  connection.unsubscribe(destination, {"id" => "1"}, "1")
  expect(take(connection, subscribe(connection, destination), 2), ["high", "low"])
  leave(connection)
end

def check_answers(version)
  destination = "/queue/public.ruby-work#{version.delete(".")}"
  asker = connect(version)
  worker = connect(version)
  subscribe(worker, destination, "ack" => "client")
  subscribe(asker, "/temp-queue/mine", "id" => "mine")
  {"/temp-queue/mine" => "mine", "/temp-queue/unasked" => "/temp-queue/unasked"}.each do |reply_to, subscription|
    publish(asker, destination, "hello", {"reply-to" => reply_to})
    message = worker.receive
    publish(worker, message.headers["reply-to"], message.body + " to you")
    acknowledge(worker, version, message)
    answer = asker.receive
    expect(answer.body, "hello to you")
    expect(answer.headers["destination"], reply_to)
    expect(answer.headers["subscription"], subscription)
  end
  asker.publish("/request/echo", "hi", {"reply-to" => "/temp-queue/unasked"})
  expect(asker.receive.body, "hi")
  publish(asker, "/request/echo", "answered before its receipt")
  [asker, worker].each { |connection| leave(connection) }
end

Timeout.timeout(60) do
  ["1.0", "1.1", "1.2"].each do |version|
    check(version)
    check_durable(version)
    check_queue(version)
    check_answers(version)
  end
end
puts "ok"
