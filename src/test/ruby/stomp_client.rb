# The stomp gem (Debian: ruby-stomp) against the gateway: stomp_client.rb PORT. Says ok, or fails.

require "stomp"
require "timeout"

def check(version)
  headers = {"accept-version" => version, "host" => "here"}
  headers["heart-beat"] = "1000,1000" unless version == "1.0"
  connection = Stomp::Connection.new(
    hosts: [{login: "guest", passcode: "guest", host: "127.0.0.1", port: ARGV[0].to_i}],
    connect_headers: headers, reliable: false)
  raise connection.connection_frame.to_s unless connection.connection_frame.command == "CONNECTED"
  raise connection.protocol unless connection.protocol == version
  destination = "/queue/public.ruby#{version.delete(".")}"
  connection.subscribe(destination, {"id" => "1", "ack" => "client", "receipt" => "s"}, "1")
  raise "no receipt" unless connection.receive.headers["receipt-id"] == "s"
  connection.publish(destination, "Grüße", {"key" => "value"})
  message = connection.receive
  raise message.to_s unless message.body.dup.force_encoding("UTF-8") == "Grüße" && message.headers["key"] == "value"
  case version
  when "1.2" then connection.ack(message.headers["ack"], {"id" => message.headers["ack"]})
  when "1.1" then connection.ack(message.headers["message-id"], {"subscription" => "1"})
  else connection.ack(message.headers["message-id"])
  end
  connection.begin("t")
  connection.publish(destination, "committed", {"transaction" => "t"})
  connection.commit("t")
  raise "not committed" unless connection.receive.body == "committed"
  connection.disconnect("receipt" => "bye")
end

Timeout.timeout(30) { ["1.0", "1.1", "1.2"].each { |version| check(version) } }
puts "ok"
