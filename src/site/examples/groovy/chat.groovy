// A room. Clients of a service endpoint send text; "/nick NAME" changes the name.
import groovy.transform.Field
import io.vertx.core.json.JsonObject

@Field Map<String, String> members = [:]  // names, by session

def tell(type, nickname, message) {
  def body = [type: type, nickname: nickname, message: message.toString()]
  vertx.eventBus().publish('example.room', new JsonObject(body))
}

def rename(session, name) {
  if (!(name ==~ /\w{1,20}/)) {
    return [400, 'a nickname is 1 to 20 letters and digits']
  }
  if (members.containsValue(name)) {
    return [409, 'taken']
  }
  def before = members.put(session, name)
  tell('nick_update', name, "$before is now $name")
  null
}

def say(session, text) {
  if (!(text instanceof String) || text.isBlank() || text.length() > 1000) {
    return [400, 'a message is text of 1 to 1000 characters']
  }
  if (text.startsWith('/nick ')) {
    return rename(session, text.substring(6).trim())
  }
  tell('message', members[session], text)
  null
}

def leave(session) {
  def name = members.remove(session)
  if (name) {
    tell('notification', name, "$name has left")
  }
}

vertx.eventBus().localConsumer('example.chat') { message ->
  def session = message.headers().get('session')
  def event = message.headers().get('event')
  if (event != 'close' && !members.containsKey(session)) {
    members[session] = 'guest-' + session.take(8)
    tell('notification', members[session], members[session] + ' has joined')
  }
  def refused = event == 'message' ? say(session, message.body()) : null
  if (event == 'close') {
    leave(session)
  }
  refused ? message.fail(*refused) : message.reply(null)
}
